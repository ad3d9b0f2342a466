// A client's settings: what its user says, or else the environment, or else the contract.

package client

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"
)

// Settings are what a client is told. All of it may be left out: BaseURL and Token may be in the environment.
type Settings struct {
	BaseURL string
	// Token is sent with each request; public operations need none.
	Token string
	// TokenFrom is asked for a token with each attempt, and once more when the API answers 401.
	TokenFrom Token
	Retry     Retry
	// Budget is how often all calls together may be sent again; by default 100, of which each answer that is kept
	// brings back a tenth.
	Budget *Budget
	// Transport is what sends, with its proxies, certificates and connections; by default as http.DefaultTransport.
	Transport http.RoundTripper
	// Middleware is around each attempt, the first outermost. It does not see the token.
	Middleware []func(next http.RoundTripper) http.RoundTripper
	// Watch is told of each attempt when it has ended.
	Watch func(Attempt)
	// Header is sent with each request.
	Header http.Header
}

// caller is what the methods of resources call with. It has the token only in a function, which nothing shows.
type caller struct {
	baseURL   string
	token     Token
	renews    bool
	retry     Retry
	budget    *Budget
	transport http.RoundTripper
	watch     func(Attempt)
	header    http.Header
}

func connect(settings Settings) (*caller, error) {
	base, err := address(first(settings.BaseURL, environment("BASE_URL"), contract.address))
	if err != nil {
		return nil, err
	}
	from, renews, err := tokens(settings)
	if err != nil {
		return nil, err
	}
	header := http.Header{"User-Agent": {userAgent()}, "Accept": {"*/*"}}
	for name, values := range settings.Header {
		header[http.CanonicalHeaderKey(name)] = values
	}
	found := &caller{base, from, renews, settings.Retry.over(DefaultRetry), settings.Budget, nil, settings.Watch, header}
	if found.budget == nil {
		found.budget = NewBudget(100)
	}
	if found.watch == nil {
		found.watch = func(Attempt) {}
	}
	found.transport = around(settings)
	return found, nil
}

func around(settings Settings) http.RoundTripper {
	inner := settings.Transport
	if inner == nil {
		inner = http.DefaultTransport
	}
	found := http.RoundTripper(signing{inner})
	for place := len(settings.Middleware) - 1; place >= 0; place-- {
		found = settings.Middleware[place](found)
	}
	return found
}

// address is checked here, since the errors of what sends would show a password in it.
func address(base string) (string, error) {
	if base == "" {
		return "", errors.New("where is the API? Give BaseURL, or set " + contract.prefix + "_BASE_URL in the environment")
	}
	found, err := url.Parse(strings.TrimSpace(base))
	if err != nil || (found.Scheme != "http" && found.Scheme != "https") || found.Host == "" {
		return "", errors.New("the BaseURL is no address as in https://example.com")
	}
	if found.User != nil {
		return "", errors.New("the BaseURL has a name or a password in it: leave them out, and give a token instead")
	}
	return strings.TrimSuffix(found.String(), "/"), nil
}

// tokens says where the token comes from, and whether that may give another one when it is refused.
func tokens(settings Settings) (Token, bool, error) {
	if settings.TokenFrom != nil {
		return settings.TokenFrom, true, nil
	}
	if fixed := first(settings.Token, environment("TOKEN")); fixed != "" {
		return func(context.Context, string) (string, error) { return fixed, nil }, false, nil
	}
	id, secret := environment("CLIENT_ID"), environment("CLIENT_SECRET")
	if id == "" || secret == "" {
		return func(context.Context, string) (string, error) { return "", nil }, false, nil
	}
	issuer := first(environment("TOKEN_URL"), contract.tokenURL)
	if issuer == "" {
		return nil, false, errors.New("where are tokens issued? Set " + contract.prefix + "_TOKEN_URL in the environment")
	}
	scopes := strings.Fields(environment("SCOPES"))
	credentials := &ClientCredentials{TokenURL: issuer, ClientID: id, ClientSecret: secret, Scopes: scopes}
	return credentials.Token, true, nil
}

func first(texts ...string) string {
	for _, each := range texts {
		if each != "" {
			return each
		}
	}
	return ""
}

func environment(name string) string {
	return strings.TrimSpace(os.Getenv(contract.prefix + "_" + name))
}

func userAgent() string {
	return contract.name + "/" + contract.version + " Go/" + strings.TrimPrefix(runtime.Version(), "go")
}
