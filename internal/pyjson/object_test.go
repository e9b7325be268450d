package pyjson

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pairs returns the content of an object in order.
func pairs(o *Object) []string {
	var list []string
	for key, value := range o.All() {
		list = append(list, fmt.Sprintf("%s=%v", key, value))
	}
	return list
}

func TestObject(t *testing.T) {
	for _, size := range []int{3, 100} { // without and with an index
		o := NewObject()
		var want []string
		for i := range size {
			o.Set(fmt.Sprint("k", i), i)
			want = append(want, fmt.Sprintf("k%d=%d", i, i))
		}
		o.Set("k1", "new")
		want[1] = "k1=new"
		if diff := cmp.Diff(want, pairs(o)); diff != "" {
			t.Errorf("size %d, after Set (-want +got):\n%s", size, diff)
		}
		if v, ok := o.Get("k2"); v != 2 || !ok {
			t.Errorf("size %d: Get = %v, %v", size, v, ok)
		}
		if _, ok := o.Get("other"); ok || o.Delete("other") {
			t.Errorf("size %d: a key that is not there was found", size)
		}
		if !o.Delete("k0") {
			t.Errorf("size %d: Delete found nothing", size)
		}
		o.Set("k0", "last")
		want = append(want[1:], "k0=last")
		if diff := cmp.Diff(want, pairs(o)); diff != "" {
			t.Errorf("size %d, after Delete (-want +got):\n%s", size, diff)
		}
		if o.Len() != size || len(o.Keys()) != size {
			t.Errorf("size %d: Len %d, %d keys", size, o.Len(), len(o.Keys()))
		}
		for key := range o.All() {
			if v, ok := o.Get(key); !ok || v == nil {
				t.Errorf("size %d: %s is lost", size, key)
			}
		}
		o.Keys()[0] = "changed"
		if _, ok := o.Get("changed"); ok || o.Keys()[0] == "changed" {
			t.Errorf("size %d: Keys is no copy", size)
		}
	}
}

func TestObjectNilAndZero(t *testing.T) {
	var none *Object
	if v, ok := none.Get("a"); v != nil || ok || none.Len() != 0 || none.Keys() != nil || pairs(none) != nil {
		t.Error("a nil object is not empty")
	}
	var zero Object
	zero.Set("a", 1)
	if diff := cmp.Diff([]string{"a=1"}, pairs(&zero)); diff != "" {
		t.Error(diff)
	}
}

func TestObjectAllStops(t *testing.T) {
	o := NewObject()
	o.Set("a", 1)
	o.Set("b", 2)
	for key := range o.All() {
		if key == "b" {
			t.Error("went on after break")
		}
		break
	}
}

func TestParseRepeatedKeys(t *testing.T) {
	v, err := Parse([]byte(`{"a": 1, "b": 2, "a": 3}`))
	if err != nil {
		t.Fatal(err)
	}
	// In Python: list(json.loads(text).items()) == [("a", 3), ("b", 2)].
	if diff := cmp.Diff([]string{"a=3", "b=2"}, pairs(v.(*Object))); diff != "" {
		t.Error(diff)
	}
}
