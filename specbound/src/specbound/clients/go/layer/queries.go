// Query strings, of the fields of a struct: each is written in the style that its tag says.

package client

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
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
	switch plain := plain.(type) {
	case []any:
		for _, each := range plain {
			found.Add(name, written(each))
		}
		if separator, joined := separators[style]; joined {
			found.Set(name, strings.Join(found[name], separator))
		}
	case map[string]any:
		for member, each := range plain {
			key := member
			if style == "deep" {
				key = fmt.Sprintf("%s[%s]", name, member)
			}
			found.Set(key, written(each))
		}
	default:
		found.Set(name, written(plain))
	}
	return nil
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
