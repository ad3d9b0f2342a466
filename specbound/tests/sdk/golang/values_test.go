// What travels: exact numbers, what a newer API sends, what has not changed, and what must not be shown.

package claims

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	api "example.com/catalogueapi"
)

const productID = "2c5ea4c0-4067-4fe4-8b0a-6d3c1a9f0e11"
const secret = "s3cr3t"

func Test_decimals_are_sent_as_they_are_written(t *testing.T) {
	for _, text := range []api.Decimal{"19.99", "19.990", "0.10", "0.12345678901234567890", "1E+2", "1e-30", "-0"} {
		_, err := connect(t, "echo").Products.Update(ctx, productID, api.ProductChanges{Price: &text})
		equal(t, as[*api.ProblemError](t, err).Detail, `{"price":`+text.String()+`}`)
	}
}

func Test_what_is_no_number_is_not_sent(t *testing.T) {
	for _, text := range []api.Decimal{"19,99", "1.", ".5", "01", "NaN", "0x10", " 1", "1_0", "+5"} {
		_, err := connect(t, "echo").Products.Update(ctx, productID, api.ProductChanges{Price: &text})
		contains(t, err.Error(), "invalid number literal")
	}
}

func Test_no_digit_is_lost(t *testing.T) {
	created := aProduct(t, 1)
	equal(t, string(created.Price), "19.99")

	read, err := connect(t, "digits").Products.Get(ctx, created.ProductID)
	must(t, err)

	equal(t, []any{string(read.Price), read.Version}, []any{"0.12345678901234567890", 9007199254740993})
}

func Test_a_newer_api_is_understood(t *testing.T) {
	user := aUser(t)

	newer, err := connect(t, "newer").Users.Get(ctx, user.UserID)
	must(t, err)
	each := connect(t, "newer").Users.List(api.UsersListQuery{Email: &user.Email})
	equal(t, each.Next(ctx), true)

	equal(t, []any{newer.Status, newer.UserID, each.Item().Status}, []any{"suspended", user.UserID, "suspended"})
	equal(t, string(newer.Extra["nickname"]), `"Ada"`)
	again, err := json.Marshal(newer)
	must(t, err)
	contains(t, string(again), `"nickname":"Ada"`)
}

func Test_null_is_sent_where_it_is_given(t *testing.T) {
	change := api.ProductChanges{Extra: map[string]json.RawMessage{"description": json.RawMessage("null")}}
	_, err := connect(t, "echo").Products.Update(ctx, productID, change)

	equal(t, as[*api.ProblemError](t, err).Detail, `{"description":null}`)
}

func Test_what_has_not_changed_is_said(t *testing.T) {
	client, user := connect(t, "none"), aUser(t)
	var answer api.Answer

	read, err := client.Users.Get(ctx, user.UserID, api.IfNoneMatch(api.ETag(user)), api.Into(&answer))
	equal(t, []any{read, errors.Is(err, api.ErrNotModified), answer.Status}, []any{nil, true, 304})
	read, err = client.Users.Get(ctx, user.UserID, api.IfNoneMatch(`"7"`))
	must(t, err)
	equal(t, read.Name, user.Name)
}

func Test_a_page_is_no_json(t *testing.T) {
	problem := as[*api.ProblemError](t, firstUsers(connect(t, "portal")))

	expected := "The answer is not JSON, but text/html. Does BaseURL lead to this API?"
	equal(t, []any{problem.Status, problem.Detail}, []any{200, expected})
}

func Test_a_client_shows_no_secret(t *testing.T) {
	client, err := api.NewClient(api.Settings{BaseURL: "https://api.example.com", Token: secret})
	must(t, err)

	hidden(t, client, *client, client.Users, *client.Users)
}

func Test_an_error_shows_no_secret(t *testing.T) {
	for _, fault := range []string{"none", "cut-off", "hang", "moved"} {
		policy := api.Retry{Attempts: 1, Deadline: 500 * time.Millisecond}
		err := firstUsers(connect(t, fault, api.Settings{Token: secret, Retry: policy}))
		for each := as[error](t, err); each != nil; each = errors.Unwrap(each) {
			hidden(t, each)
		}
	}
}

func Test_a_token_that_no_header_carries_is_not_shown(t *testing.T) {
	for _, bad := range []string{"\n", "é", "\x00", " ", "\r\nX-Admin: 1", "…"} {
		err := firstUsers(connect(t, "none", api.Settings{Token: secret + bad}))

		contains(t, err.Error(), "no header can carry")
		hidden(t, err)
	}
}

func Test_a_password_in_the_address_is_refused_and_not_shown(t *testing.T) {
	for _, scheme := range []string{"https://", "HTTPS://", " https://", "ht\ntps://", "https:", "https:/", "//"} {
		for _, host := range []string{"api.example.com", "["} {
			for _, user := range []string{"ada:" + secret, secret, ":" + secret} {
				_, err := api.NewClient(api.Settings{BaseURL: scheme + user + "@" + host})
				equal(t, err != nil, true)
				hidden(t, err)
			}
		}
	}
	for _, base := range []string{"https://a.example/~ada@home", "https://a.example", "http://a.example:80/v1/"} {
		_, err := api.NewClient(api.Settings{BaseURL: base})
		must(t, err)
	}
}

func Test_a_token_stays_where_the_address_is(t *testing.T) {
	err := firstUsers(connect(t, "moved-away", api.Settings{Retry: api.Retry{Attempts: 1}}))

	equal(t, as[*api.ProblemError](t, err).Status, 307)
}

// hidden is that nothing that prints things shows it.
func hidden(t *testing.T, things ...any) {
	t.Helper()
	for _, each := range things {
		text, _ := json.Marshal(each)
		for _, shown := range []string{fmt.Sprintf("%v %+v %#v %s", each, each, each, each), string(text)} {
			if strings.Contains(shown, secret) {
				t.Fatalf("%T shows the secret", each)
			}
		}
	}
}
