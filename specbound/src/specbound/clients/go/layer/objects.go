// Objects in JSON: members that the contract does not name are kept, and numbers have all their digits.

package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"sort"
	"strings"
)

// Decimal is a number with the digits that it is written with: "19.99".
type Decimal = json.Number

// Ptr points to a value: what may be left out is a pointer.
func Ptr[T any](value T) *T { return &value }

func decode(data []byte, result any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(result); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return fmt.Errorf("there is more after its end")
	}
	return nil
}

func encode(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
}

// decodeObject fills the fields of a struct, each by its exact name; the rest goes into extra.
func decodeObject(data []byte, object any, extra *map[string]json.RawMessage) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return err
	}
	value := reflect.ValueOf(object).Elem()
	for place := 0; place < value.NumField(); place++ {
		name, _ := jsonName(value.Type().Field(place))
		text, found := members[name]
		if name == "" || !found {
			continue
		}
		if err := decode(text, value.Field(place).Addr().Interface()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		delete(members, name)
	}
	*extra = nil
	if len(members) > 0 {
		*extra = members
	}
	return nil
}

func encodeObject(object any, extra map[string]json.RawMessage) ([]byte, error) {
	text := []byte("{")
	member := func(name string, value any) error {
		key, _ := encode(name)
		content, err := encode(value)
		if len(text) > 1 {
			text = append(text, ',')
		}
		text = append(append(append(text, key...), ':'), content...)
		return err
	}
	written, value := map[string]bool{}, reflect.ValueOf(object)
	for place := 0; place < value.NumField(); place++ {
		name, optional := jsonName(value.Type().Field(place))
		field := value.Field(place)
		if name == "" || (optional && isNil(field)) {
			continue
		}
		written[name] = true
		if err := member(name, filled(field)); err != nil {
			return nil, err
		}
	}
	for _, name := range sorted(extra) {
		if !written[name] {
			if err := member(name, extra[name]); err != nil {
				return nil, err
			}
		}
	}
	return append(text, '}'), nil
}

// filled is the value of a field, where a list or a map that must be there is empty rather than null.
func filled(field reflect.Value) any {
	if isNil(field) && field.Kind() == reflect.Slice && field.Type().Elem().Kind() != reflect.Uint8 {
		return []any{}
	}
	if isNil(field) && field.Kind() == reflect.Map {
		return map[string]any{}
	}
	return field.Interface()
}

func isNil(field reflect.Value) bool {
	switch field.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return field.IsNil()
	}
	return false
}

func sorted(members map[string]json.RawMessage) []string {
	var names []string
	for name := range members {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// jsonName is the member that a field stands for, empty for none, and whether it may be left out.
func jsonName(field reflect.StructField) (string, bool) {
	name := field.Tag.Get("json")
	if name == "-" {
		return "", false
	}
	found := strings.TrimSuffix(name, ",omitempty")
	return found, found != name
}
