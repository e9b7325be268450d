package cli

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/release"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

// versionHint adds what to do next to an error about a version of a repository.
func versionHint(r *repository.Repository, err error) error {
	var none *repository.VersionError
	if hasHint(err) || !errors.As(err, &none) {
		return repositoryHint(err)
	}
	switch none.Why {
	case repository.UnknownName:
		return withHint(err, "%s", nearNames(none.Name, r.Names()))
	case repository.AllExpired:
		return withHint(err, "%s; an expired one is found by its number, and lazyscribe repo expire can let it live on",
			knownVersions(r, none.Name))
	}
	return withHint(err, "%s", knownVersions(r, none.Name))
}

// repositoryHint adds what to do next to an error of a repository.
func repositoryHint(err error) error {
	hint := ""
	switch {
	case hasHint(err):
	case errors.Is(err, repository.ErrBinary):
		hint = "lazyscribe repo get copies a version as it is"
	case errors.Is(err, repository.ErrNotNewer):
		hint = "lazyscribe repo list shows the versions there are"
	case errors.Is(err, release.ErrEmpty):
		hint = "lazyscribe repo log adds a version"
	case errors.Is(err, artifacts.ErrConflict):
		hint = "lazyscribe repo list shows what the other writer saved; run the command again to change that"
	case errors.Is(err, artifacts.ErrOutcomeUnknown):
		hint = "lazyscribe repo list shows whether it was saved"
	case errors.Is(err, artifacts.ErrIncomplete):
		hint = "the version was not added; run the command again when the handler works, or with a value it can write"
	case errors.Is(err, artifacts.ErrCorrupt):
		hint = "the file is not the one that was saved; lazyscribe repo log adds a good one as a new version"
	}
	if hint == "" {
		return err
	}
	return withHint(err, "%s", hint)
}

func hasHint(err error) bool {
	var h *hinted
	var usage *usageError
	return errors.As(err, &h) || errors.As(err, &usage)
}

// nearNames says what to do about a name that no version has.
func nearNames(wanted string, names []string) string {
	if len(names) == 0 {
		return "the repository is empty: lazyscribe repo log adds a version"
	}
	if near := nearest(wanted, names); len(near) > 0 {
		return "did you mean " + oneOf(quoted(near)) + "?"
	}
	return "lazyscribe repo list shows what there is"
}

// knownVersions lists the versions of a name, as ranges of their numbers.
func knownVersions(r *repository.Repository, name string) string {
	var numbers []int
	for x := range r.Versions(name) {
		numbers = append(numbers, x.Version)
	}
	slices.Sort(numbers)
	var ranges []string
	for i := 0; i < len(numbers); {
		end := i + 1
		for end < len(numbers) && numbers[end] <= numbers[end-1]+1 {
			end++
		}
		text := strconv.Itoa(numbers[i])
		if last := numbers[end-1]; last != numbers[i] {
			text += " to " + strconv.Itoa(last)
		}
		ranges = append(ranges, text)
		i = end
	}
	if len(ranges) == 1 && len(numbers) == 1 {
		return "there is version " + ranges[0]
	}
	return "there are versions " + strings.Join(ranges, ", ")
}
