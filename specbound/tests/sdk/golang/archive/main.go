// What the Go client sends and reads that is no JSON: pictures, texts, forms, and streams piece by piece.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"mime/multipart"
	"net/url"
	"os"
	"runtime"
	"strings"
	"time"

	"example.com/archive"
)

var ctx = context.Background()

func main() {
	client, err := archive.NewClient(archive.Settings{BaseURL: os.Args[1], Retry: archive.Retry{Deadline: 5 * time.Second}})
	must(err)
	whole(client.Pictures)
	large(client.Pictures, os.Args[2])
	events(client.Pictures)
}

func whole(pictures *archive.PicturesResource) {
	png := bytes.Repeat([]byte{0, 1, 254, 255}, 64000)
	for _, name := range []string{"bytes", "busy-bytes"} {
		must(pictures.Put(ctx, name, archive.Content{MediaType: "image/webp", Data: png}))
		read, err := pictures.Get(ctx, name)
		must(err)
		check(bytes.Equal(read.Data, png) && read.MediaType == "image/webp", name)
	}
	must(pictures.PutText(ctx, "text", archive.Content{Data: []byte("größer")}))
	text, err := pictures.GetText(ctx, "text")
	must(err)
	check(string(text.Data) == "größer" && kept(pictures, "text")["type"] == "text/plain", "text")
	fields := url.Values{"title": {"A & B"}, "count": {"2"}}
	must(pictures.PutFields(ctx, "fields", archive.Content{Data: []byte(fields.Encode())}))
	check(kept(pictures, "fields")["text"] == "count=2&title=A+%26+B", "fields")
	var sheet bytes.Buffer
	form := multipart.NewWriter(&sheet)
	must(form.WriteField("title", "A"))
	must(form.Close())
	body := archive.Content{MediaType: form.FormDataContentType(), Data: sheet.Bytes()}
	must(pictures.PutSheet(ctx, "sheet", body))
	check(strings.Contains(fmt.Sprint(kept(pictures, "sheet")["text"]), `name="title"`), "sheet")
}

func kept(pictures *archive.PicturesResource, name string) map[string]any {
	found, err := pictures.GetKept(ctx, name)
	must(err)
	return found
}

func large(pictures *archive.PicturesResource, size string) {
	var stream archive.Stream
	content, err := pictures.Get(ctx, "large", archive.Streamed(&stream))
	must(err)
	read, err := io.Copy(io.Discard, &stream)
	must(err)
	must(stream.Close())
	check(fmt.Sprint(read) == size && stream.Status == 200 && content == nil, "large")
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	check(memory.TotalAlloc < uint64(read)/4, "it was held in memory")
	_, err = pictures.Get(ctx, "none", archive.Streamed(&stream))
	var gone *archive.NotFound
	check(errors.As(err, &gone) && gone.Detail == "There is none.", "none")
}

func events(pictures *archive.PicturesResource) {
	var stream archive.Stream
	var found []archive.Event
	_, err := pictures.Watch(ctx, "a", archive.Streamed(&stream))
	must(err)
	events := stream.Events()
	for events.Next() {
		if found = append(found, events.Event()); len(found) == 2 {
			must(pictures.PutText(ctx, "seen", archive.Content{}))
		}
	}
	must(events.Err())
	must(stream.Close())
	check(fmt.Sprintf("%q", found) == `[{"made" "1" "{\"number\":\n1}"} {"message" "1" "größer"} {"message" "2" "last"}]`, "events")

	stopped, cancel := context.WithCancel(ctx)
	_, err = pictures.Watch(stopped, "b", archive.Streamed(&stream))
	must(err)
	events = stream.Events()
	check(events.Next(), "the first event")
	cancel()
	for events.Next() {
	}
	var lost *archive.NoAnswerError
	check(errors.Is(events.Err(), context.Canceled) && errors.As(events.Err(), &lost), "who ends a context is told")
	must(stream.Close())
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func check(holds bool, what string) {
	if !holds {
		log.Fatal(what)
	}
}
