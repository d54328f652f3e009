// Vendors
