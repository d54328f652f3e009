extension Configuration {
    /// Why a running server refuses to replace the old configuration by this one; nil if it may. An empty or truncated file is a valid
    /// configuration of defaults, but a server that loses its keys by accident is open to anyone, and one without accounts is useless.
    package func reasonNotToReplace(_ old: Configuration) -> String? {
        if old.file != file {
            let (lost, found) = (old.file ?? "the configuration without a file", file ?? "no file")
            return "\(lost) no longer exists, and \(found) would replace it: restart to change the file"
        }
        if isBlank, !old.isBlank { return "\(file ?? "the file") has no content" }
        if keys.isEmpty, !old.keys.isEmpty, !keysAreNone {
            return "it has no keys, and the server has \(old.keys.count): write 'keys: none' to serve without keys"
        }
        let names = Set(old.accounts.map(\.name))
        if let name = omittedAccounts.first(where: names.contains) { return "the secret of the account \"\(name)\" is empty" }
        if accounts.isEmpty, !old.accounts.isEmpty, !accountsAreNone {
            return "it has no accounts, and the server has \(old.accounts.count): write 'accounts: none' to serve without accounts"
        }
        return nil
    }
}
