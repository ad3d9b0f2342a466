// What an answer came with, and what is kept of that with what was read from it.

package client

import (
	"fmt"
	"net/http"
	"reflect"
)

// Answer is an answer as it came: the option Into asks for it.
type Answer struct {
	Status int
	Header http.Header
	// What the API's own log knows this request by.
	RequestID string
	Body      []byte
}

// Content is what is no JSON: a picture, a text, a form. Without a MediaType it is sent as the contract's.
type Content struct {
	MediaType string
	Data      []byte
}

// Read is anything that was read from an answer, a list's item as well.
type Read interface {
	origin() *reading
}

// ETag gives the ETag that something was read with, empty if it had none: IfMatch(ETag(thing)) loses nobody's change.
func ETag(read Read) string { return read.origin().etag }

// RequestID gives what the API's own log knows the request by that something was read with.
func RequestID(read Read) string { return read.origin().requestID }

type reading struct{ etag, requestID string }

func (r *reading) origin() *reading { return r }

func remember(result any, header http.Header) {
	if read, ok := result.(Read); ok && !reflect.ValueOf(result).IsNil() {
		*read.origin() = reading{header.Get("ETag"), requestIDOf(header)}
	}
}

// rememberItems keeps the ETag of each item of a list, which is its version.
func rememberItems(result any, member string, header http.Header) {
	items := memberOf(reflect.ValueOf(result), member)
	if items.Kind() != reflect.Slice {
		return
	}
	for place := 0; place < items.Len(); place++ {
		item := items.Index(place).Addr()
		version := memberOf(item, "version")
		if read, ok := item.Interface().(Read); ok && version.IsValid() {
			*read.origin() = reading{fmt.Sprintf("%q", fmt.Sprint(version.Interface())), requestIDOf(header)}
		}
	}
}

// memberOf is the field for a member of an object, or no value.
func memberOf(object reflect.Value, member string) reflect.Value {
	object = pointed(object)
	if object.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	for place := 0; place < object.NumField(); place++ {
		if name, _ := jsonName(object.Type().Field(place)); name == member {
			return pointed(object.Field(place))
		}
	}
	return reflect.Value{}
}

func pointed(value reflect.Value) reflect.Value {
	for value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	return value
}

// What the API's own answers carry, and then what API Gateway puts on those that it gives by itself: an HTTP API the
// second, a REST API the third (docs.aws.amazon.com/apigateway, "API Gateway access logging").
var requestIDs = []string{"X-Request-Id", "Apigw-Requestid", "X-Amzn-Requestid"}

func requestIDOf(header http.Header) string {
	for _, name := range requestIDs {
		if found := header.Get(name); found != "" {
			return found
		}
	}
	return ""
}
