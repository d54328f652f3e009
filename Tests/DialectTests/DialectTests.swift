// DialectTests
