// SealTests
