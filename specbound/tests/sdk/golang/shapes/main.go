// What the Go client sends and reads of odd names and shapes.
package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"

	typeapi "go.example.com/types/v2"
)

const thing = `{"name":"a<b>","when":null,"parent":{"name":"","when":"2026-01-31T09:30:00.000000Z","kids":[]},` +
	`"kids":[{"name":"k","when":null,"kids":[],"Name":"other","new":1E+2}],"type":"a-b","extra":"e","first-name":"f",` +
	`"first_name":"g","größe":9007199254740993,"either":0.12345678901234567890,"pet":{"age":1.50,"barks":true},` +
	`"prices":{"a":19.990},"fault":{"range":"r"},"anything":[1.10,{"b":null}]}`

func main() {
	ctx := context.Background()
	var asked, got []string
	server := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		asked = append(asked, request.Method+" "+request.URL.RequestURI())
		got = append(got, request.Header.Get("X-Tenant")+request.Header.Get("X-Trace")+request.Header.Get("Content-Type")+string(body))
		if request.Method == "POST" {
			writer.WriteHeader(204)
			return
		}
		writer.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = io.WriteString(writer, thing)
	}))
	defer server.Close()
	client, err := typeapi.NewClient(typeapi.Settings{BaseURL: server.URL + "/base/"})
	must(err)

	query := typeapi.ThingsGetQuery{
		Tags: []string{"a&b", "c"},
		Ids:  []int64{1, 2},
		At:   &typeapi.ThingsGetQueryAt{From: typeapi.Ptr("x y"), Days: []string{"mon", "tue"}},
		Flat: &typeapi.ThingsGetQueryFlat{A: typeapi.Ptr("z"), B: typeapi.Ptr[typeapi.Decimal]("1.50")},
	}
	read, err := client.Things.Get(ctx, 7, "t", query, typeapi.XTrace("r"))
	must(err)
	equal(asked[0], "GET /base/things/7?at%5Bdays%5D=mon&at%5Bdays%5D=tue&at%5Bfrom%5D=x+y&flat=a%2Cz%2Cb%2C1.50&ids=1&ids=2&tags=a%26b%2Cc")
	equal(got[0], "tr")
	equal(*read.Type, string(typeapi.ThingTypeAB2))
	equal(*read.Extra2+*read.FirstName+*read.FirstName2, "efg")
	equal(read.Kids[0].Name+string(read.Kids[0].Extra["Name"]), `k"other"`)
	must(client.Things.Create(ctx, read))
	equal(got[1], "application/json"+thing)
	must(client.Things.Create(ctx, nil))
	equal(got[2], "")
	must(client.Things.Create(ctx, &typeapi.Thing{}))
	equal(got[3], `application/json{"name":"","when":null,"kids":[]}`)
	again, err := json.Marshal(typeapi.ErrorSchema{Range: typeapi.Ptr("r")})
	must(err)
	equal(string(again), `{"range":"r"}`)
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func equal[T ~string](found T, expected string) {
	if string(found) != expected {
		log.Fatalf("%s\nis not\n%s", found, expected)
	}
}
