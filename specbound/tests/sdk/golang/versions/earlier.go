// A team that stays with version 1, and its client: built of that version, it has the names that it always had.

package main

import (
	"context"
	"log"
	"os"

	"example.com/editions"
)

func main() {
	client, err := editions.NewClient(editions.Settings{BaseURL: os.Args[1], Token: "local"})
	must(err)
	made, err := client.Books.Add(context.Background(), editions.NewBook{Name: "Emma"})
	must(err)
	found, err := client.Books.Get(context.Background(), made.BookID)
	must(err)
	if found.Name != "Emma" {
		log.Fatal(found.Name)
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
