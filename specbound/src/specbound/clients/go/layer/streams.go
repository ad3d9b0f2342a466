// Answers that are read piece by piece: bytes, lines, and server-sent events.

package client

import (
	"bufio"
	"io"
	"net/http"
	"strings"
)

// Stream is an answer of which no more is in memory than the piece at hand: the option Streamed opens it. The deadline
// is for its beginning; what comes then takes as long as it does.
type Stream struct {
	Status    int
	Header    http.Header
	RequestID string
	body      io.ReadCloser
	end       func()
}

func (s *Stream) open(response *http.Response, end func()) {
	*s = Stream{response.StatusCode, response.Header, requestIDOf(response.Header), response.Body, end}
}

// Read reads the next bytes. What was lost on its way is a NoAnswerError.
func (s *Stream) Read(piece []byte) (int, error) {
	if s.body == nil {
		return 0, io.EOF
	}
	read, err := s.body.Read(piece)
	if err != nil && err != io.EOF {
		err = &NoAnswerError{"The answer was lost on its way (" + err.Error() + ").", err}
	}
	return read, err
}

// Close ends it. What has not come by then does not come.
func (s *Stream) Close() error {
	if s.body == nil {
		return nil
	}
	defer s.end()
	return s.body.Close()
}

// Event is a server-sent event (html.spec.whatwg.org, "Server-sent events").
type Event struct {
	// "message" where the API says nothing else.
	Name string
	// The last one that was said.
	ID   string
	Data string
}

// Events are those of a stream:
//
//	for events.Next() {
//		fmt.Println(events.Event().Data)
//	}
//	if err := events.Err(); err != nil {
type Events struct {
	lines *bufio.Reader
	event Event
	id    string
	err   error
	// Whether there was a line, and whether the last one ended with a carriage return, of which a line feed may be left.
	begun, returned bool
}

// Events reads the stream as text/event-stream.
func (s *Stream) Events() *Events { return &Events{lines: bufio.NewReader(s)} }

// Next goes to the next event, when it comes; false at the end, or for an error.
func (e *Events) Next() bool {
	name, data, some := "", []string{}, false
	for {
		line, err := e.line()
		if err != nil {
			// An event whose end did not come is none.
			e.err = err
			return false
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "" && some:
			e.event = Event{first(name, "message"), e.id, strings.Join(data, "\n")}
			return true
		case line == "":
			name = ""
		case field == "event":
			name = value
		case field == "id" && !strings.Contains(value, "\x00"):
			e.id = value
		case field == "data":
			data, some = append(data, value), true
		}
	}
}

// line is up to a line break of any of the three kinds.
func (e *Events) line() (string, error) {
	var line strings.Builder
	for {
		char, err := e.lines.ReadByte()
		if err != nil {
			return "", err
		}
		isRest := char == '\n' && e.returned
		e.returned = char == '\r'
		switch {
		case isRest:
		case char == '\n' || char == '\r':
			found := line.String()
			if !e.begun {
				found = strings.TrimPrefix(found, "\ufeff")
			}
			e.begun = true
			return found, nil
		default:
			line.WriteByte(char)
		}
	}
}

// Event is where Next has come to.
func (e *Events) Event() Event { return e.event }

// Err is what ended the stream before its end, nil if nothing did.
func (e *Events) Err() error {
	if e.err == io.EOF {
		return nil
	}
	return e.err
}
