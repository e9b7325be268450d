package interop

import (
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lazyscribe-go/lazyscribe/experiment"
	"github.com/lazyscribe-go/lazyscribe/project"
)

// The slugs of new experiments are those Python gives to the same names.
func TestSlugs(t *testing.T) {
	needPython(t)
	names := append(randomNames(300), oddNames...)
	now := time.Date(2025, 12, 31, 23, 59, 0, 0, time.UTC)
	var stamped []string
	p, err := project.Open(t.Context(), filepath.Join(t.TempDir(), "project.json"), &project.Options{
		Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	var made []*experiment.Experiment
	for _, name := range names {
		now = now.Add(time.Second)
		e, err := p.Log(t.Context(), name, nil)
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, e)
		stamped = append(stamped, name+"-"+now.Format("20060102150405"))
	}

	var answer struct {
		Unicode string
		Slugs   []string
	}
	runPython(t, t.TempDir(), "slugs.py", append(names, stamped...), &answer)
	empty := 0
	for i, e := range made {
		if got, want := e.ShortSlug(), answer.Slugs[i]; got != want {
			t.Errorf("short slug of %q is %q, Python (Unicode %s) makes it %q", names[i], got, answer.Unicode, want)
		} else if want == "" {
			empty++
		}
		if got, want := e.Slug(), answer.Slugs[len(names)+i]; got != want {
			t.Errorf("slug of %q is %q, Python (Unicode %s) makes it %q", names[i], got, answer.Unicode, want)
		}
	}
	if empty > len(names)/4 {
		t.Errorf("%d of %d slugs are empty: the names test too little", empty, len(names))
	}
}

// randomNames joins pieces that each have their own way into a slug. All
// characters are older than the Unicode of any Python there is.
func randomNames(n int) []string {
	pieces := []string{
		"a", "Z", "09", "_", "-", "--", " ", "'", "’", "\"", ",", "1,2", ".", "/", "\\", "&", "&amp;", "&eacute;", "&#233;", "&#xe9;", "&#1114112;",
		"&nosuch;", "é", "e\u0301", "ß", "Ø", "Æ", "ﬁ", "½", "㎏", "№", "①", "Ⅷ", "™", "€", "£", "°", "İ", "ı", "ſ", "Я", "щ", "ъ", "Є", "λ",
		"ώ", "א", "ب", "क्ष", "ไทย", "漢", "一", "か", "が", "ッ", "ち", "한", "ﾊﾟ", "😀", "𝒜", "\u200d", "\u00a0", "\u00ad", "\t", "\n",
		"\x00", "\x7f", "<b>", "@", "#1", "%20", "+", "~", "|", "..",
	}
	random := rand.New(rand.NewPCG(8, 4))
	names := make([]string, n)
	for i := range names {
		var b strings.Builder
		for range 1 + random.IntN(6) {
			b.WriteString(pick(random, pieces...))
		}
		names[i] = b.String()
	}
	return names
}
