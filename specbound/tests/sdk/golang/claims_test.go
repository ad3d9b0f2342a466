// What the Go client does for its user: methods, lists, errors, ETags, and what came with what was read.

package claims

import (
	"errors"
	"net/http"
	"os"
	"runtime"
	"sort"
	"strings"
	"testing"
	"time"

	api "example.com/catalogueapi"
)

func Test_every_operation_is_a_method(t *testing.T) {
	client := connect(t, "none")
	user := aUser(t)
	batch, err := client.Users.CreateMany(ctx, api.UsersCreateManyBody{Items: []api.NewUser{newUser(), newUser()}})
	must(t, err)
	product := aProduct(t, 5)
	items := []api.NewProduct{newProduct(unique("c"))}
	products, err := client.Products.CreateMany(ctx, api.ProductsCreateManyBody{Items: items})
	must(t, err)
	adjusted, err := client.Inventory.Adjust(ctx, product.ProductID, api.Adjustment{Delta: -2})
	must(t, err)
	stock, err := client.Inventory.Update(ctx, product.ProductID, api.InventoryChanges{Quantity: 40})
	must(t, err)
	renamed, err := client.Products.Update(ctx, product.ProductID, api.ProductChanges{Price: api.Ptr[api.Decimal]("79.95")})
	must(t, err)
	changed, err := client.Users.Update(ctx, user.UserID, api.UserChanges{Status: api.Ptr(api.UserStatusInactive)})
	must(t, err)

	read, err := client.Users.Get(ctx, user.UserID)
	must(t, err)
	equal(t, read, changed)
	equal(t, []int{batch.Created, batch.Failed, products.Created}, []int{2, 0, 1})
	page, err := client.Users.List(api.UsersListQuery{Email: &user.Email}).First(ctx)
	must(t, err)
	equal(t, page.Items, []*api.User{changed})
	found, err := client.Products.Get(ctx, product.ProductID)
	must(t, err)
	equal(t, found, renamed)
	shelf, err := client.Products.List(api.ProductsListQuery{Category: &product.Category}).First(ctx)
	must(t, err)
	equal(t, len(shelf.Items) > 0, true)
	equal(t, []int{adjusted.Quantity, stock.Quantity}, []int{3, 40})
	held, err := client.Inventory.Get(ctx, product.ProductID)
	must(t, err)
	equal(t, held, stock)
	all, err := client.Inventory.List(ctx, api.InventoryListQuery{ProductID: []string{product.ProductID}})
	must(t, err)
	equal(t, all.Items, []*api.Inventory{stock})
	must(t, client.Users.Delete(ctx, user.UserID))
	must(t, client.Products.Delete(ctx, product.ProductID))
	_, err = client.Products.Get(ctx, product.ProductID)
	equal(t, as[*api.NotFound](t, err).Status, 404)
	health, err := client.Meta.GetHealth(ctx)
	must(t, err)
	equal(t, health.Status, api.HealthStatusOk)
	contract, err := client.Meta.GetContract(ctx)
	must(t, err)
	equal(t, contract.Openapi, "3.0.3")
	docs, err := client.Meta.GetDocs(ctx)
	must(t, err)
	equal(t, string(docs.Data[:15]), "<!doctype html>")
}

func Test_a_list_is_walked_item_by_item(t *testing.T) {
	client, category := connect(t, "none"), unique("walk")
	var made, walked []string
	var sizes []int
	items := []api.NewProduct{}
	for len(items) < 7 {
		items = append(items, newProduct(category))
		made = append(made, items[len(items)-1].Name)
	}
	_, err := client.Products.CreateMany(ctx, api.ProductsCreateManyBody{Items: items})
	must(t, err)

	each := client.Products.List(api.ProductsListQuery{Category: &category, Limit: api.Ptr(2)})
	for each.Next(ctx) {
		walked = append(walked, each.Item().Name)
	}
	must(t, each.Err())
	pages := client.Products.List(api.ProductsListQuery{Category: &category, Limit: api.Ptr(4)})
	for pages.NextPage(ctx) {
		sizes = append(sizes, len(pages.Page().Items))
	}

	sort.Strings(made)
	sort.Strings(walked)
	equal(t, walked, made)
	equal(t, sizes, []int{4, 3})
	endless := connect(t, "endless").Products.List(api.ProductsListQuery{Category: &category})
	for endless.Next(ctx) {
		equal(t, endless.Item().Category, category)
	}
	contains(t, endless.Err().Error(), "this list does not end")
}

func Test_one_class_is_over_all_errors(t *testing.T) {
	body := newUser()
	_, err := connect(t, "none").Users.Create(ctx, body)
	must(t, err)

	_, taken := connect(t, "none").Users.Create(ctx, body)
	_, nobody := connect(t, "cut", api.Settings{Retry: api.Retry{Attempts: 1}}).Users.Get(ctx, "1")
	_, late := connect(t, "hang", api.Settings{Retry: api.Retry{Deadline: 300 * time.Millisecond}}).Users.Get(ctx, "1")

	for _, each := range []error{taken, nobody, late} {
		as[api.Error](t, each)
	}
	as[*api.Conflict](t, taken)
	equal(t, as[*api.ProblemError](t, taken).Type, "urn:problem-type:email-taken")
	contains(t, as[*api.NoAnswerError](t, nobody).Error(), "There was no answer")
	as[*api.NoAnswerError](t, error(as[*api.DeadlineError](t, late)))
}

func Test_a_type_of_problem_has_a_class_of_its_own(t *testing.T) {
	body := newUser()
	_, err := connect(t, "none").Users.Create(ctx, body)
	must(t, err)
	_, conflict := connect(t, "none").Users.Create(ctx, body)
	_, short := connect(t, "none").Inventory.Adjust(ctx, aProduct(t, 1).ProductID, api.Adjustment{Delta: -2})

	problem := as[*api.EmailTaken](t, conflict)
	equal(t, []any{problem.Status, problem.Type}, []any{409, "urn:problem-type:email-taken"})
	equal(t, problem.Error(), "409 "+problem.Detail+" (request "+problem.RequestID+")")
	as[*api.StockExceeded](t, short)
	var other *api.StockExceeded
	equal(t, errors.As(conflict, &other), false)
}

func Test_every_violation_is_named(t *testing.T) {
	_, err := connect(t, "none").Users.Create(ctx, api.NewUser{Name: "A", Email: "nowhere"})

	problem := as[*api.BadRequest](t, err)
	var found []string
	for _, each := range problem.Violations {
		found = append(found, each.Pointer)
		contains(t, err.Error(), "\n  body "+each.Pointer+": "+each.Detail)
	}
	sort.Strings(found)
	equal(t, found, []string{"/email", "/name"})
}

func Test_a_gateways_own_refusal_is_the_same_error(t *testing.T) {
	problem := as[*api.Unauthorized](t, firstUsers(connect(t, "none", api.Settings{Token: "no-such-token"})))

	equal(t, []any{problem.Status, problem.Detail}, []any{401, "Unauthorized"})
}

func Test_an_error_names_its_request(t *testing.T) {
	for fault, message := range map[string]string{
		"named":   "404 There is none. (request of-the-api)",
		"gateway": "403 Forbidden (request of-the-gateway=)",
		"down":    "503 Service Unavailable",
	} {
		err := firstUsers(connect(t, fault, api.Settings{Retry: api.Retry{Attempts: 1}}))
		equal(t, err.Error(), message)
	}
}

func Test_an_etag_travels_from_read_to_write(t *testing.T) {
	client, read := connect(t, "none"), aUser(t)
	theirs, err := client.Users.Get(ctx, read.UserID)
	must(t, err)
	rename := func(name, tag string) error {
		_, err := client.Users.Update(ctx, read.UserID, api.UserChanges{Name: &name}, api.IfMatch(tag))
		return err
	}
	must(t, rename("Theirs", api.ETag(theirs)))

	equal(t, as[*api.PreconditionFailed](t, rename("Mine", api.ETag(read))).Status, 412)
	now, err := client.Users.Get(ctx, read.UserID)
	must(t, err)
	equal(t, now.Name, "Theirs")
}

func Test_an_etag_travels_from_a_list_to_a_write(t *testing.T) {
	client, user := connect(t, "none"), aUser(t)
	each := client.Users.List(api.UsersListQuery{Email: &user.Email})
	equal(t, each.Next(ctx), true)
	listed := each.Item()

	equal(t, api.ETag(listed), api.ETag(user))
	equal(t, api.ETag(user) != "", true)
	change := api.UserChanges{Name: api.Ptr("Theirs")}
	_, err := client.Users.Update(ctx, user.UserID, change, api.IfMatch(api.ETag(listed)))
	must(t, err)
	_, err = client.Users.Update(ctx, user.UserID, change, api.IfMatch(api.ETag(listed)))
	as[*api.PreconditionFailed](t, err)
}

func Test_an_object_without_an_etag_says_so(t *testing.T) {
	_, err := connect(t, "none").Users.Get(ctx, "1", api.IfMatch(api.ETag(&api.User{})))

	contains(t, err.Error(), "If-Match is empty")
}

func Test_a_result_names_its_request(t *testing.T) {
	client := connect(t, "none")
	var made, gone, missing api.Answer
	user, err := client.Users.Create(ctx, newUser(), api.Into(&made))
	must(t, err)
	must(t, client.Users.Delete(ctx, user.UserID, api.Into(&gone)))
	_, err = client.Users.Get(ctx, user.UserID, api.Into(&missing))

	equal(t, []any{made.Status, made.Header.Get("ETag"), gone.Status}, []any{201, api.ETag(user), 204})
	equal(t, made.RequestID != "" && made.RequestID == api.RequestID(user), true)
	contains(t, string(made.Body), `"userId"`)
	problem := as[*api.NotFound](t, err)
	equal(t, problem.RequestID == missing.RequestID && missing.RequestID != made.RequestID, true)
}

func Test_a_key_of_ones_own_is_sent(t *testing.T) {
	client, body, key := connect(t, "none"), newUser(), unique("key")
	first, err := client.Users.Create(ctx, body, api.IdempotencyKey(key))
	must(t, err)

	for _, each := range []*api.Client{client, connect(t, "answer-lost")} {
		again, err := each.Users.Create(ctx, body, api.IdempotencyKey(key))
		must(t, err)
		equal(t, again, first)
	}
}

func Test_an_option_that_an_operation_does_not_take_is_refused(t *testing.T) {
	_, err := connect(t, "none").Users.Create(ctx, newUser(), api.IfMatch(`"1"`))

	contains(t, err.Error(), "POST /users takes no If-Match")
}

func Test_a_request_says_what_sent_it(t *testing.T) {
	var agents []string
	see := func(next http.RoundTripper) http.RoundTripper {
		return sending(func(request *http.Request) (*http.Response, error) {
			agents = append(agents, request.Header.Get("User-Agent"))
			return next.RoundTrip(request)
		})
	}
	around := []func(http.RoundTripper) http.RoundTripper{see}
	must(t, firstUsers(connect(t, "none", api.Settings{Middleware: around})))

	equal(t, agents, []string{"catalogue-api-client/1.0.0 Go/" + strings.TrimPrefix(runtime.Version(), "go")})
}

func Test_settings_come_from_the_environment(t *testing.T) {
	_, err := api.NewClient(api.Settings{})
	contains(t, err.Error(), "CATALOGUE_API_BASE_URL")

	t.Setenv("CATALOGUE_API_BASE_URL", gate("none"))
	t.Setenv("CATALOGUE_API_TOKEN", os.Getenv("TOKEN"))
	client, err := api.NewClient(api.Settings{})
	must(t, err)
	must(t, firstUsers(client))
}

type sending func(*http.Request) (*http.Response, error)

func (s sending) RoundTrip(request *http.Request) (*http.Response, error) { return s(request) }
