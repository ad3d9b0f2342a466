// What claims about the Go client are made with: a client, things to create, and what refuses them.
// GATEWAY and TOKEN say where the API is, and what may do all there.

package claims

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	api "example.com/catalogueapi"
)

var ctx = context.Background()

// gate is the address of the API with a fault, for one client alone.
func gate(fault string) string { return os.Getenv("GATEWAY") + "/" + fault + "." + unique("its") }

func connect(t *testing.T, fault string, settings ...api.Settings) *api.Client {
	t.Helper()
	given := api.Settings{}
	if len(settings) > 0 {
		given = settings[0]
	}
	given.BaseURL = gate(fault)
	if given.Token == "" && given.TokenFrom == nil {
		given.Token = os.Getenv("TOKEN")
	}
	client, err := api.NewClient(given)
	must(t, err)
	return client
}

func unique(word string) string {
	return fmt.Sprintf("%s-%x%x", word, time.Now().UnixNano(), rand.New(rand.NewSource(time.Now().UnixNano())).Int31())
}

func newUser() api.NewUser {
	return api.NewUser{Name: "Ada Lovelace", Email: unique("ada") + "@example.com"}
}

func newProduct(category string) api.NewProduct {
	return api.NewProduct{Name: unique("Trackball"), Price: "19.99", Category: category}
}

func aUser(t *testing.T) *api.User {
	t.Helper()
	made, err := connect(t, "none").Users.Create(ctx, newUser())
	must(t, err)
	return made
}

func aProduct(t *testing.T, quantity int) *api.Product {
	t.Helper()
	body := newProduct("c")
	body.InitialQuantity = &quantity
	made, err := connect(t, "none").Products.Create(ctx, body)
	must(t, err)
	return made
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// equal compares what would be sent.
func equal(t *testing.T, found, expected any) {
	t.Helper()
	left, _ := json.Marshal(found)
	right, _ := json.Marshal(expected)
	if string(left) != string(right) {
		t.Fatalf("%s is not %s", left, right)
	}
}

// as gives the error of this type that a call ended with.
func as[E error](t *testing.T, err error) E {
	t.Helper()
	var found E
	if !errors.As(err, &found) {
		t.Fatalf("%T (%v) is no %v", err, err, reflect.TypeOf(&found).Elem())
	}
	return found
}

func contains(t *testing.T, text, part string) {
	t.Helper()
	if !strings.Contains(text, part) {
		t.Fatalf("%q is not in %q", part, text)
	}
}

func firstUsers(client *api.Client, options ...api.Option) error {
	_, err := client.Users.List(api.UsersListQuery{Limit: api.Ptr(1)}, options...).First(ctx)
	return err
}

func took(call func()) time.Duration {
	start := time.Now()
	call()
	return time.Since(start)
}

// quickly is that it took far less than what the fault takes.
func quickly(t *testing.T, call func()) {
	t.Helper()
	if waited := took(call); waited > 5*time.Second {
		t.Fatalf("it took %s", waited)
	}
}
