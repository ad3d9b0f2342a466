// Who calls both versions, by the client of the whole contract.

package main

import (
	"context"
	"log"
	"os"

	editions "example.com/editions/v2"
)

func main() {
	client, err := editions.NewClient(editions.Settings{BaseURL: os.Args[1], Token: "local"})
	must(err)
	made, err := client.Books.Add(context.Background(), editions.NewBook{Title: "Odes", Author: "John Keats"})
	must(err)
	found, err := client.V1.Books.Get(context.Background(), made.BookID)
	must(err)
	if found.Name != "Odes" {
		log.Fatal(found.Name)
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
