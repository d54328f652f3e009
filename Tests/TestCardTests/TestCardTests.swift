// TestCardTests
