// A call: what an operation is sent, and what a success holds.

package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"mime"
	"net/http"
	"strings"
)

// operation is what the contract says of a call, with what it is given.
type operation struct {
	method, path string
	query        any
	// Where to go on in a list, and what that is called.
	at, atName string
	body       any
	media      string
	// The headers and cookies that may be given.
	options []string
	// Headers that must be.
	needed map[string]string
	keyed  bool
	// The member of what is answered that is a list of things with an ETag.
	items string
}

type call struct {
	operation
	header  http.Header
	cookies []*http.Cookie
	retry   Retry
	answer  *Answer
	stream  *Stream
}

func (c *call) takes(name string) bool {
	for _, each := range c.options {
		if each == name {
			return true
		}
	}
	return false
}

// ask gives what a success holds as JSON.
func ask[T any](ctx context.Context, c *caller, what operation, options []Option) (T, error) {
	var result, nothing T
	came, called, err := c.call(ctx, what, options)
	if err != nil || called.stream != nil || len(came.body) == 0 {
		return nothing, err
	}
	media := came.response.Header.Get("Content-Type")
	if !isJSON(media) {
		return nothing, unreadable(came, "The answer is not JSON, but "+first(media, "of no type")+". Does BaseURL lead to this API?")
	}
	if err := decode(came.body, &result); err != nil {
		return nothing, unreadable(came, "The answer is not what the contract describes ("+err.Error()+").")
	}
	remember(result, came.response.Header)
	if what.items != "" {
		rememberItems(result, what.items, came.response.Header)
	}
	return result, nil
}

// askContent gives a success that need not be JSON.
func askContent(ctx context.Context, c *caller, what operation, options []Option) (*Content, error) {
	came, called, err := c.call(ctx, what, options)
	if err != nil || called.stream != nil {
		return nil, err
	}
	return &Content{came.response.Header.Get("Content-Type"), came.body}, nil
}

// tell is a call whose success holds nothing.
func tell(ctx context.Context, c *caller, what operation, options []Option) error {
	_, _, err := c.call(ctx, what, options)
	return err
}

func (c *caller) call(ctx context.Context, what operation, options []Option) (outcome, *call, error) {
	made := &call{operation: what, header: c.header.Clone()}
	for name, value := range what.needed {
		made.header.Set(name, value)
	}
	for _, each := range options {
		if err := each(made); err != nil {
			return outcome{}, made, err
		}
	}
	request, body, err := c.request(made)
	if err != nil {
		return outcome{}, made, err
	}
	came, err := c.send(ctx, made, request, body)
	if err == nil {
		err = refused(came)
	}
	return came, made, err
}

func refused(came outcome) error {
	status := came.response.StatusCode
	switch {
	case status == http.StatusNotModified:
		return ErrNotModified
	case status < 200 || status >= 300:
		return problem(came.response, came.body)
	}
	return nil
}

func unreadable(came outcome, detail string) error {
	found := described(came.response, nil)
	found.Detail, found.Body = detail, came.body
	return &found
}

func (c *caller) request(made *call) (*http.Request, []byte, error) {
	query, err := queryOf(made.query)
	if err != nil {
		return nil, nil, err
	}
	if made.at != "" {
		query.Set(made.atName, made.at)
	}
	address := c.baseURL + made.path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	media, body, err := content(made.body, made.media)
	if err != nil {
		return nil, nil, err
	}
	request, err := http.NewRequest(made.method, address, nil)
	if err != nil {
		return nil, nil, err
	}
	request.Header = made.header
	for _, each := range made.cookies {
		request.AddCookie(each)
	}
	if media != "" {
		request.Header.Set("Content-Type", media)
	}
	if made.keyed && request.Header.Get("Idempotency-Key") == "" {
		request.Header.Set("Idempotency-Key", randomKey())
	}
	return request, body, nil
}

// content is a body as it is sent, with its media type; empty where there is none.
func content(body any, media string) (string, []byte, error) {
	switch body := body.(type) {
	case nil:
		return "", nil, nil
	case Content:
		return first(body.MediaType, media), body.Data, nil
	case *Content:
		if body == nil {
			return "", nil, nil
		}
		return first(body.MediaType, media), body.Data, nil
	}
	text, err := encode(body)
	if err == nil && bytes.Equal(text, []byte("null")) {
		return "", nil, nil
	}
	return media, text, err
}

func isJSON(media string) bool {
	found, _, _ := mime.ParseMediaType(media)
	return strings.HasSuffix(found, "/json") || strings.HasSuffix(found, "+json")
}

// randomKey is a random UUID (RFC 9562, section 5.4).
func randomKey() string {
	key := make([]byte, 16)
	if _, err := rand.Read(key); err != nil {
		panic(err)
	}
	key[6], key[8] = key[6]&0x0f|0x40, key[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", key[:4], key[4:6], key[6:8], key[8:10], key[10:])
}
