// Query strings, of the fields of a struct: each is written in the style that its tag says.

package client

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"sort"
	"strings"
)

var separators = map[string]string{"comma": ",", "space": " ", "pipe": "|"}

func queryOf(given any) (url.Values, error) {
	found := url.Values{}
	if given == nil {
		return found, nil
	}
	value := reflect.ValueOf(given)
	for place := 0; place < value.NumField(); place++ {
		name, style, _ := strings.Cut(value.Type().Field(place).Tag.Get("query"), ",")
		if name == "" || isNil(value.Field(place)) {
			continue
		}
		if err := add(found, name, style, pointed(value.Field(place)).Interface()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return found, nil
}

func add(found url.Values, name, style string, given any) error {
	text, err := encode(given)
	if err != nil {
		return err
	}
	if style == "json" {
		found.Set(name, string(text))
		return nil
	}
	var plain any
	if err := decode(text, &plain); err != nil {
		return err
	}
	if separator, joined := separators[style]; joined {
		found.Set(name, strings.Join(parts(plain), separator))
		return nil
	}
	spread(found, name, style, plain)
	return nil
}

// spread writes each item, and each member, for itself.
func spread(found url.Values, name, style string, plain any) {
	switch plain := plain.(type) {
	case []any:
		for _, each := range plain {
			spread(found, name, style, each)
		}
	case map[string]any:
		for member, each := range plain {
			key := member
			if style == "deep" {
				key = fmt.Sprintf("%s[%s]", name, member)
			}
			spread(found, key, style, each)
		}
	default:
		found.Add(name, written(plain))
	}
}

// parts are what one text has in a row: items, or names and values of members.
func parts(plain any) []string {
	var found []string
	switch plain := plain.(type) {
	case []any:
		for _, each := range plain {
			found = append(found, written(each))
		}
	case map[string]any:
		for member, each := range plain {
			found = append(found, member+","+written(each))
		}
		sort.Strings(found)
	default:
		found = append(found, written(plain))
	}
	return found
}

// written is a plain value as it stands in a path, a query or a header.
func written(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	case nil:
		return ""
	}
	return fmt.Sprint(value)
}

// segment is a value as one part of a path.
func segment(value any) string { return url.PathEscape(fmt.Sprint(value)) }
