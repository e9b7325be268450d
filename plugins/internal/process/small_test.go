package process

import (
	"bufio"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCrashes(t *testing.T) {
	var c crashes
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(s int) time.Time { return start.Add(time.Duration(s) * time.Second) }
	for _, s := range []int{0, 10, 20} {
		c.add(at(s))
	}
	if got := c.pause(at(20), 3); got != 0 {
		t.Errorf("after three crashes: %v", got)
	}
	c.add(at(30))
	if got := c.pause(at(30), 3); got != 30*time.Second { // until the first is a minute ago
		t.Errorf("after four: %v", got)
	}
	c.add(at(31))
	if got := c.pause(at(40), 3); got != 30*time.Second { // until the second is
		t.Errorf("after five: %v", got)
	}
	if got := c.pause(at(70), 3); got != 0 {
		t.Errorf("a minute after the second: %v", got)
	}
	if got := c.pause(at(200), 0); got != 0 || len(c) != 0 {
		t.Errorf("much later: %v, %d are kept", got, len(c))
	}
}

func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var stalls atomic.Int32
		c := newClock(time.Minute, func() { stalls.Add(1) })
		pass := func(d time.Duration) { time.Sleep(d); synctest.Wait() }
		pass(50 * time.Second)
		c.work() // one direction
		pass(time.Hour)
		c.work() // and the other
		c.rest()
		pass(time.Hour)
		c.rest()
		pass(59 * time.Second)
		if stalls.Load() != 0 {
			t.Fatal("stalled although this program was at work")
		}
		pass(2 * time.Second)
		if n := stalls.Load(); n != 1 {
			t.Fatalf("%d stalls", n)
		}
		c.stop()
	})
}

func TestClockWithoutLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock(0, func() { t.Error("stalled") })
		c.work()
		c.rest()
		time.Sleep(1000 * time.Hour)
		c.stop()
	})
}

func TestEnvironment(t *testing.T) {
	got := Environment([]string{
		"PATH=/bin", "HOME=/home/x", "AWS_SECRET_ACCESS_KEY=s", "LC_ALL=C", "LAZYSCRIBE_PLUGIN_X=1", "LAZYSCRIBE_TOKEN=t",
		"GRANTED=a=b", "LD_PRELOAD=/x.so", "PLUGIN_CLIENT_CERT=c", "PYTHONPATH=/p", "=C:=C:\\", "odd", "PATHX=1",
	}, []string{"GRANTED"})
	want := []string{"PATH=/bin", "HOME=/home/x", "LC_ALL=C", "LAZYSCRIBE_PLUGIN_X=1", "GRANTED=a=b"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestGreeting(t *testing.T) {
	const good = "1|1|unix|/tmp/x|grpc|\n"
	for _, test := range []struct{ name, in, line, noise, refused string }{
		{"alone", good, good, "", ""},
		{"with certificate", "1|1|tcp|127.0.0.1:1|grpc|abc\r\n", "1|1|tcp|127.0.0.1:1|grpc|abc\r\n", "", ""},
		{"after noise", "hello\n1|2\n" + strings.Repeat("x", 100_000) + "\n" + good + "more", good, "hello\n1|2\n" + strings.Repeat("x", 100_000) + "\n", ""},
		{"nothing", "", "", "", ""},
		{"noise alone", "hello", "", "hello", ""},
		{"without end", "1|1|unix|/tmp/x|grpc|", "", "1|1|unix|/tmp/x|grpc|", ""},
		{"newer", "1|2|unix|/x|grpc|\n", "", "", "update lazyscribe"},
		{"older", "1|0|unix|/x|grpc|\n", "", "", "update or rebuild the plugin"},
		{"other core", "2|1|unix|/x|grpc|\n", "", "", "version 2 of go-plugin's protocol"},
		{"net/rpc", "1|1|unix|/x|netrpc|\n", "", "", "it speaks netrpc"},
		{"huge number", "1|99999999999999999999|unix|/x|grpc|\n", "", "1|99999999999999999999|unix|/x|grpc|\n", ""},
	} {
		var g greeting
		g.init()
		line := make(chan string)
		go func() { text, _ := io.ReadAll(g.out); line <- string(text) }()
		var noise strings.Builder
		in := bufio.NewReaderSize(strings.NewReader(test.in), 4096)
		g.find(in, &noise)
		if got := <-line; got != test.line {
			t.Errorf("%s: passed on %.50q", test.name, got)
		}
		if noise.String() != test.noise {
			t.Errorf("%s: noise %.50q", test.name, noise.String())
		}
		refused := g.refusal()
		if (refused != nil) != (test.refused != "") || refused != nil && !strings.Contains(refused.Error(), test.refused) {
			t.Errorf("%s: refused %v", test.name, refused)
		}
		if g.found() != (test.line != "" || test.refused != "") {
			t.Errorf("%s: found is %v", test.name, g.found())
		}
	}
}

// TestUnaskedCertificate: go-plugin would panic at it.
func TestUnaskedCertificate(t *testing.T) {
	const line = "1|1|unix|/tmp/x|grpc|"
	for _, test := range []struct {
		rest  string
		plain bool
		want  bool // passed on
	}{
		{"", true, true},
		{"|false", true, true},
		{"MIIB", true, false},
		{"MIIB|false", true, false},
		{"MIIB|false", false, true},
	} {
		g := greeting{plain: test.plain}
		g.init()
		go g.find(bufio.NewReader(strings.NewReader(line+test.rest+"\n")), io.Discard)
		got, _ := io.ReadAll(g.out)
		if passed := len(got) > 0; passed != test.want {
			t.Errorf("%q, plain %v: passed on %q", test.rest, test.plain, got)
		}
		if err := g.refusal(); !test.want && (err == nil || !strings.Contains(err.Error(), "mutual TLS is switched off")) {
			t.Errorf("%q: refused with %v", test.rest, err)
		}
	}
}
