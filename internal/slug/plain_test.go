package slug

import "testing"

func TestPlain(t *testing.T) {
	for _, c := range []struct {
		name, want string
		plain      bool
	}{
		{"yaml", "yaml", true},
		{"my_handler-2", "my_handler-2", true},
		{"My Handler", "my-handler", false},
		{"R&D", "randd", false},
		{"R & D", "r-and-d", false},
		{"Tábla", "tabla", false},
		{"-a_", "a", false},
		{"../up", "up", false},
		{"", "", false},
		{"!!", "", false},
	} {
		if got := Plain(c.name); got != c.want {
			t.Errorf("Plain(%q) = %q, want %q", c.name, got, c.want)
		}
		if got := IsPlain(c.name); got != c.plain {
			t.Errorf("IsPlain(%q) = %v, want %v", c.name, got, c.plain)
		}
	}
}
