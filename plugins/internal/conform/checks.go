package conform

// checks are all of them. Their names say what holds for a plugin that passes.
var checks = []check{
	{"D1", "it describes itself with valid names, encodings and schemas", checkDescription},
	{"D2", "the argument describe prints what Describe returns", checkDescribeCommand},
	{"D3", "started by hand it says what it is and fails", checkByHand},
	{"E1", "two processes describe themselves alike", checkStable},
	{"W1", "a sample gives the same file twice", checkSameFile},
	{"R1", "a file's value, encoded again, gives the same file", checkRoundTrip},
	{"V1", "a value comes back equal or is refused as a bad value", checkZoo},
	{"R2", "a damaged file is refused or read, and nothing worse", checkDamage},
	{"W2", "a stream that is closed without End is a Failure", checkAborted},
	{"W3", "a wrong count or checksum in End is a Failure", checkWrongEnd},
	{"W4", "bytes that are no CBOR are a Failure", checkGarbage},
	{"W5", "an unknown alias is a Failure that says so", checkUnknownAlias},
	{"W6", "settings that are no map, or unknown, are a Failure that says so", checkBadSettings},
	{"W7", "a call that does not begin with Begin is INVALID_ARGUMENT", checkNoBegin},
	{"W8", "megabytes pass in both directions at once", checkLarge},
	{"M1", "memory does not grow with what is streamed", checkMemory},
	{"C1", "eight calls at once give what one gives", checkConcurrent},
	{"C2", "a call that is given up does no harm", checkCanceled},
	{"S1", "standard output may go nowhere after the handshake", checkStdout},
	{"F1", "no temporary file is left behind", checkTemporary},
	{"L1", "an interrupt from the terminal does not end it", checkInterrupt},
	{"L2", "it ends when it is asked to, with code 0", checkShutdown},
	{"L3", "it ends when the host is gone", checkLifeline},
	{"L5", "it works with hardly any environment", checkBareEnvironment},
}
