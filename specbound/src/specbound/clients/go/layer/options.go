// What may be different for one call.

package client

import (
	"fmt"
	"net/http"
)

// Option is something that is different for one call: a header that its operation takes, or another policy.
type Option func(*call) error

// WithRetry is another policy than the client's, for what is not 0 in it.
func WithRetry(retry Retry) Option {
	return func(c *call) error {
		c.retry = retry
		return nil
	}
}

// WithHeader sends a header that the contract does not name.
func WithHeader(name, value string) Option {
	return func(c *call) error {
		c.header.Set(name, value)
		return nil
	}
}

// Into keeps the answer as it came: its status, headers and body, those of a refusal as well.
func Into(answer *Answer) Option {
	return func(c *call) error {
		c.answer = answer
		return nil
	}
}

// Streamed leaves a success to be read piece by piece: the method itself then gives nothing. The stream is to be closed.
func Streamed(stream *Stream) Option {
	return func(c *call) error {
		c.stream = stream
		return nil
	}
}

// header is an option for a header that some operations take.
func header(name, value string) Option {
	return func(c *call) error {
		if !c.takes(name) {
			return fmt.Errorf("%s %s takes no %s", c.method, c.path, name)
		}
		if value == "" {
			return fmt.Errorf("%s is empty: something without an ETag, perhaps, which is to be read by its id first", name)
		}
		c.header.Set(name, value)
		return nil
	}
}

// cookie is an option for a cookie that some operations take.
func cookie(name, value string) Option {
	return func(c *call) error {
		if !c.takes(name) {
			return fmt.Errorf("%s %s takes no cookie %s", c.method, c.path, name)
		}
		c.cookies = append(c.cookies, &http.Cookie{Name: name, Value: value})
		return nil
	}
}
