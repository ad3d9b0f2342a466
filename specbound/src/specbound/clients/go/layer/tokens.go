// The token of a request: asked for with each attempt, and shown in no error.

package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Token gives a token, empty for none. It is told which one the API has refused, if it has.
type Token func(ctx context.Context, refused string) (string, error)

// A token that ends on its way is refused: it is renewed so long before.
const early = time.Minute

// What an issuer may leave out (RFC 6749, section 5.1).
const usualLife = 5 * time.Minute

// RFC 9110, section 5.5: visible ASCII, spaces only within.
var carried = regexp.MustCompile(`^[!-~]([ -~]*[!-~])?$`)

// given is what the function gives, even if that does not look at its context.
func given(ctx context.Context, from Token, refused string) (string, error) {
	type answer struct {
		token string
		err   error
	}
	came := make(chan answer, 1)
	go func() {
		token, err := from(ctx, refused)
		came <- answer{token, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case found := <-came:
		if found.err == nil && found.token != "" && !carried.MatchString(found.token) {
			return "", errors.New("the token has characters that no header can carry (a line break at its end, perhaps)")
		}
		return found.token, found.err
	}
}

// ClientCredentials is a token for a program by OAuth 2.0 (RFC 6749, section 4.4): fetched with the first request,
// renewed a minute before it ends, and at once when the API refuses it. Its method Token is given to Settings.
type ClientCredentials struct {
	TokenURL, ClientID, ClientSecret string
	Scopes                           []string
	// Transport is another way to the issuer than http.DefaultTransport.
	Transport http.RoundTripper

	mutex   sync.Mutex
	token   string
	renewAt time.Time
}

// Token gives the current token, or a new one.
func (c *ClientCredentials) Token(ctx context.Context, refused string) (string, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.token != "" && c.token != refused && time.Now().Before(c.renewAt) {
		return c.token, nil
	}
	token, life, err := c.issued(ctx)
	if err != nil {
		return "", err
	}
	// Half of a short life is better than a token that is never good.
	if life/2 > life-early {
		life = life/2 + early
	}
	c.token, c.renewAt = token, time.Now().Add(life-early)
	return token, nil
}

func (c *ClientCredentials) issued(ctx context.Context) (string, time.Duration, error) {
	form := url.Values{"grant_type": {"client_credentials"}}
	if scope := strings.Join(c.Scopes, " "); scope != "" {
		form.Set("scope", scope)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return "", 0, errors.New("the TokenURL is no address")
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(c.ClientID, c.ClientSecret)
	transport := c.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return "", 0, &NoAnswerError{"The issuer of tokens does not answer.", err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", 0, &NoAnswerError{"The issuer of tokens does not answer.", err}
	}
	if response.StatusCode >= 300 {
		return "", 0, problem(response, body)
	}
	said := struct {
		Token string      `json:"access_token"`
		Life  json.Number `json:"expires_in"`
	}{}
	if json.Unmarshal(body, &said) != nil || said.Token == "" {
		return "", 0, &NoAnswerError{fmt.Sprintf("%s issued no token: is it a token endpoint?", c.TokenURL), nil}
	}
	if seconds, err := said.Life.Float64(); err == nil {
		return said.Token, time.Duration(seconds * float64(time.Second)), nil
	}
	return said.Token, usualLife, nil
}
