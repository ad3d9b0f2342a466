// How the Go client gets an answer: attempts, waits, deadlines, and a token for each.

package claims

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	api "example.com/catalogueapi"
)

var endless = api.Retry{Attempts: 1000, Deadline: time.Second}

func Test_a_lost_answer_does_not_create_twice(t *testing.T) {
	for _, fault := range []string{"answer-lost", "outcome-unknown", "cut-off", "half"} {
		body := newUser()
		created, err := connect(t, fault).Users.Create(ctx, body)
		must(t, err)

		found, err := connect(t, "none").Users.List(api.UsersListQuery{Email: &body.Email}).First(ctx)
		must(t, err)
		equal(t, found.Items, []*api.User{created})
	}
}

func Test_a_lost_answer_does_not_adjust_twice(t *testing.T) {
	product := aProduct(t, 10)
	_, err := connect(t, "answer-lost").Inventory.Adjust(ctx, product.ProductID, api.Adjustment{Delta: -4})
	must(t, err)

	stock, err := connect(t, "none").Inventory.Get(ctx, product.ProductID)
	must(t, err)
	equal(t, stock.Quantity, 6)
}

func Test_retry_after_is_honoured(t *testing.T) {
	for _, fault := range []string{"busy", "in-progress"} {
		waited := took(func() {
			_, err := connect(t, fault).Users.Create(ctx, newUser())
			must(t, err)
		})
		equal(t, waited >= 990*time.Millisecond, true)
	}
}

func Test_reads_and_writes_are_tried_again(t *testing.T) {
	user := aUser(t)
	for _, fault := range []string{"unavailable", "outcome-unknown", "cut-off", "half"} {
		read, err := connect(t, fault).Users.Get(ctx, user.UserID)
		must(t, err)
		equal(t, read, user)
	}
	changed, err := connect(t, "unavailable").Users.Update(ctx, user.UserID, api.UserChanges{Name: api.Ptr("Ada King")})
	must(t, err)
	equal(t, changed.Version, 2)
}

func Test_an_api_that_stays_down_is_an_error(t *testing.T) {
	policy := api.Retry{Attempts: 3, First: 10 * time.Millisecond}
	err := firstUsers(connect(t, "down", api.Settings{Retry: policy}))

	problem := as[*api.ServiceUnavailable](t, err)
	equal(t, []any{problem.Status, problem.Detail}, []any{503, "Service Unavailable"})
}

func Test_what_could_be_done_twice_is_not_tried_again(t *testing.T) {
	for _, fault := range []string{"outcome-unknown", "cut-off"} {
		user := aUser(t)
		client := connect(t, fault)

		_, err := client.Users.Update(ctx, user.UserID, api.UserChanges{Name: api.Ptr("Ada King")})
		as[api.Error](t, err)
		read, err := connect(t, "none").Users.Get(ctx, user.UserID)
		must(t, err)
		equal(t, read.Version, 2)
		as[api.Error](t, client.Users.Delete(ctx, user.UserID))
		_, err = connect(t, "none").Users.Get(ctx, user.UserID)
		as[*api.NotFound](t, err)
	}
}

func Test_an_unknown_outcome_says_so(t *testing.T) {
	problem := as[*api.OutcomeUnknown](t, connect(t, "outcome-unknown").Users.Delete(ctx, aUser(t).UserID))

	equal(t, []any{problem.Status, problem.Type}, []any{503, "urn:problem-type:outcome-unknown"})
}

func Test_a_long_retry_after_is_not_waited_for(t *testing.T) {
	err := firstUsers(connect(t, "busy", api.Settings{Retry: api.Retry{Longest: 500 * time.Millisecond}}))

	equal(t, as[*api.TooManyRequests](t, err).Header.Get("Retry-After"), "1")
}

func Test_a_retry_after_that_is_none_is_passed_over(t *testing.T) {
	policy := api.Retry{Attempts: 2, First: 10 * time.Millisecond}
	err := firstUsers(connect(t, "odd", api.Settings{Retry: policy}))

	as[*api.ServiceUnavailable](t, err)
}

func Test_a_deadline_is_for_the_whole_call(t *testing.T) {
	quickly(t, func() { as[api.Error](t, firstUsers(connect(t, "down", api.Settings{Retry: endless}))) })
	for _, fault := range []string{"hang", "trickle"} {
		quickly(t, func() {
			err := firstUsers(connect(t, fault, api.Settings{Retry: endless}))
			as[*api.DeadlineError](t, err)
			equal(t, errors.Is(err, context.DeadlineExceeded), true)
		})
	}
}

func Test_one_call_may_have_a_deadline_of_its_own(t *testing.T) {
	quickly(t, func() {
		as[*api.DeadlineError](t, firstUsers(connect(t, "hang"), api.WithRetry(api.Retry{Deadline: 300 * time.Millisecond})))
	})
	quickly(t, func() {
		short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
		defer cancel()
		_, err := connect(t, "hang").Users.Get(short, "1")
		as[*api.DeadlineError](t, err)
	})
}

func Test_a_deadline_before_the_next_attempt_is_not_waited_for(t *testing.T) {
	policy := api.Retry{Longest: time.Minute, Deadline: 20 * time.Second}
	quickly(t, func() { as[*api.ServiceUnavailable](t, firstUsers(connect(t, "later", api.Settings{Retry: policy}))) })
}

func Test_an_abort_ends_a_wait_at_once(t *testing.T) {
	for _, fault := range []string{"later", "hang", "trickle"} {
		quickly(t, func() {
			stopped, cancel := context.WithCancel(ctx)
			time.AfterFunc(200*time.Millisecond, cancel)
			client := connect(t, fault, api.Settings{Retry: api.Retry{Longest: time.Minute}})
			_, err := client.Users.Get(stopped, "1")
			equal(t, errors.Is(err, context.Canceled), true)
			as[*api.NoAnswerError](t, err)
		})
	}
}

func Test_a_cancelled_call_sends_nothing(t *testing.T) {
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	body := newUser()

	_, err := connect(t, "none").Users.Create(stopped, body)
	equal(t, errors.Is(err, context.Canceled), true)
	found, err := connect(t, "none").Users.List(api.UsersListQuery{Email: &body.Email}).First(ctx)
	must(t, err)
	equal(t, found.Count, 0)
}

func Test_a_token_may_be_a_function_asked_with_each_attempt(t *testing.T) {
	asked := 0
	token := func(context.Context, string) (string, error) {
		asked++
		return os.Getenv("TOKEN"), nil
	}
	must(t, firstUsers(connect(t, "unavailable", api.Settings{TokenFrom: token})))

	equal(t, asked, 2)
	none := func(context.Context, string) (string, error) { return "", nil }
	as[*api.Unauthorized](t, firstUsers(connect(t, "none", api.Settings{TokenFrom: none})))
}

func Test_a_refused_token_is_asked_for_once_more(t *testing.T) {
	var refusals []string
	token := func(_ context.Context, refused string) (string, error) {
		refusals = append(refusals, refused)
		if refused == "" {
			return "no-such-token", nil
		}
		return os.Getenv("TOKEN"), nil
	}
	_, err := connect(t, "none", api.Settings{TokenFrom: token}).Users.Create(ctx, newUser())
	must(t, err)

	equal(t, refusals, []string{"", "no-such-token"})
}

func Test_an_error_of_the_token_function_is_the_callers(t *testing.T) {
	away := errors.New("the issuer of tokens is away")
	token := func(context.Context, string) (string, error) { return "", away }

	equal(t, errors.Is(firstUsers(connect(t, "none", api.Settings{TokenFrom: token})), away), true)
}

func Test_a_token_function_that_never_answers_ends_with_the_call(t *testing.T) {
	never := func(context.Context, string) (string, error) { select {} }
	settings := api.Settings{TokenFrom: never, Retry: api.Retry{Deadline: 300 * time.Millisecond}}

	quickly(t, func() { as[*api.DeadlineError](t, firstUsers(connect(t, "none", settings))) })
}

func Test_client_credentials_are_renewed_before_they_end(t *testing.T) {
	var mutex sync.Mutex
	var issued []string
	issuer := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		body, _ := io.ReadAll(request.Body)
		issued = append(issued, request.Header.Get("Authorization")+" "+string(body))
		token, life := os.Getenv("TOKEN"), 3600
		if len(issued) == 1 {
			life = 0
		}
		if len(issued) == 2 {
			token = "no-such-token"
		}
		fmt.Fprintf(writer, `{"access_token": %q, "expires_in": %d}`, token, life)
	}))
	defer issuer.Close()
	credentials := &api.ClientCredentials{
		TokenURL: issuer.URL, ClientID: "a program", ClientSecret: "secret", Scopes: []string{"users/read"},
	}
	client := connect(t, "none", api.Settings{TokenFrom: credentials.Token})

	must(t, firstUsers(client))
	basic := base64.StdEncoding.EncodeToString([]byte("a program:secret"))
	equal(t, issued, []string{"Basic " + basic + " grant_type=client_credentials&scope=users%2Fread"})
	var group sync.WaitGroup
	for call := 0; call < 3; call++ {
		group.Add(1)
		go func() {
			defer group.Done()
			if err := firstUsers(client); err != nil {
				t.Error(err)
			}
		}()
	}
	group.Wait()
	equal(t, len(issued), 3)
}

func Test_who_watches_is_told_and_middleware_is_around(t *testing.T) {
	var seen []api.Attempt
	var around []string
	see := func(next http.RoundTripper) http.RoundTripper {
		return sending(func(request *http.Request) (*http.Response, error) {
			response, err := next.RoundTrip(request)
			around = append(around, request.Header.Get("Authorization"), response.Status[:3])
			return response, err
		})
	}
	settings := api.Settings{
		Watch:      func(attempt api.Attempt) { seen = append(seen, attempt) },
		Middleware: []func(http.RoundTripper) http.RoundTripper{see},
	}
	must(t, firstUsers(connect(t, "unavailable", settings)))

	equal(t, around, []string{"", "503", "", "200"})
	equal(t, []any{len(seen), seen[0].Method, seen[0].Number, seen[0].Status, seen[0].Again}, []any{2, "GET", 1, 503, true})
	equal(t, []any{seen[1].Number, seen[1].Status, seen[1].Again}, []any{2, 200, false})
}

func Test_a_budget_is_for_all_calls(t *testing.T) {
	attempts := 0
	settings := api.Settings{
		Watch:  func(api.Attempt) { attempts++ },
		Budget: api.NewBudget(5),
		Retry:  api.Retry{Attempts: 9, First: 1},
	}
	client := connect(t, "down", settings)
	for call := 0; call < 4; call++ {
		as[*api.ServiceUnavailable](t, firstUsers(client))
	}

	equal(t, attempts, 4+5)
}

func Test_a_proxy_is_asked_for_what_is_elsewhere(t *testing.T) {
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		asked = append(asked, request.URL.String())
		writer.Header().Set("Content-Type", "application/json")
		fmt.Fprint(writer, `{"status":"ok"}`)
	}))
	defer proxy.Close()
	address, err := url.Parse(proxy.URL)
	must(t, err)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = http.ProxyURL(address)
	t.Setenv("HTTP_PROXY", proxy.URL)
	for _, each := range []http.RoundTripper{transport, nil} {
		client, err := api.NewClient(api.Settings{BaseURL: "http://nowhere.invalid", Transport: each})
		must(t, err)
		health, err := client.Meta.GetHealth(ctx)
		must(t, err)
		equal(t, health.Status, "ok")
	}

	equal(t, asked, []string{"http://nowhere.invalid/health", "http://nowhere.invalid/health"})
}
