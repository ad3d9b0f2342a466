// Lists from their first item to their last, one page at a time.

package client

import (
	"context"
	"errors"
	"fmt"
	"reflect"
)

// Pager is a list that is asked for page by page as it is gone through:
//
//	for things.Next(ctx) {
//		fmt.Println(things.Item())
//	}
//	if err := things.Err(); err != nil {
//
// It is for one goroutine, and is gone through once.
type Pager[Item, Page any] struct {
	ask       func(ctx context.Context, at string) (*Page, error)
	items     func(page *Page) []Item
	following func(page *Page) string
	seen      map[string]bool
	page      *Page
	left      []Item
	item      *Item
	err       error
}

// First gives the first page alone.
func (p *Pager[Item, Page]) First(ctx context.Context) (*Page, error) { return p.ask(ctx, "") }

// Next goes to the next item, and asks for another page where that is due; false at the end, or for an error.
func (p *Pager[Item, Page]) Next(ctx context.Context) bool {
	for len(p.left) == 0 {
		if !p.NextPage(ctx) {
			p.item = nil
			return false
		}
	}
	p.item, p.left = &p.left[0], p.left[1:]
	return true
}

// Item is where Next has come to.
func (p *Pager[Item, Page]) Item() *Item { return p.item }

// NextPage goes to the next page; false at the end, or for an error.
func (p *Pager[Item, Page]) NextPage(ctx context.Context) bool {
	at := ""
	if p.page != nil {
		at = p.following(p.page)
	}
	if p.err != nil || (p.page != nil && at == "") {
		return false
	}
	if p.seen[at] {
		p.err = errors.New("this list does not end: a page leads back to one before it; report it to the API's owner")
		return false
	}
	page, err := p.ask(ctx, at)
	if err == nil && page == nil {
		err = errors.New("the answer is no page")
	}
	if err != nil {
		p.err = err
		return false
	}
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	p.seen[at] = at != ""
	p.page, p.left = page, p.items(page)
	return true
}

// Page is where NextPage has come to.
func (p *Pager[Item, Page]) Page() *Page { return p.page }

// Err is what ended the list before its end, nil if nothing did.
func (p *Pager[Item, Page]) Err() error { return p.err }

// token is the member of a page that says where to go on; empty where it has none.
func token(member any) string {
	found := pointed(reflect.ValueOf(member))
	if !found.IsValid() {
		return ""
	}
	return fmt.Sprint(found.Interface())
}
