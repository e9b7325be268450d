package record

import "github.com/lazyscribe-go/lazyscribe/internal/pyjson"

// The keys of an experiment, sorted, as Python lazyscribe 2.2.1 writes them.
// Their order here is their order in the file.
const (
	keyArtifacts = iota
	keyAuthor
	keyCreatedAt
	keyDependencies
	keyLastUpdated
	keyLastUpdatedBy
	keyMetrics
	keyName
	keyParameters
	keyShortSlug
	keySlug
	keyTags
	keyTests
	numKeys
)

var keyNames = [numKeys]string{
	"artifacts", "author", "created_at", "dependencies", "last_updated", "last_updated_by",
	"metrics", "name", "parameters", "short_slug", "slug", "tags", "tests",
}

// The keys of a test, sorted.
const (
	testArtifacts = iota
	testDescription
	testMetrics
	testName
	testParameters
	numTestKeys
)

var testKeys = [numTestKeys]string{"artifacts", "description", "metrics", "name", "parameters"}

// Keys tells the splitter which keys of a record to find.
var Keys = pyjson.NewKeys(keyNames[:]...)

func keySet(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}
