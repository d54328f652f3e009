import Catalog
import Client
import Configuration
import Crypto
import Jobs
import Net
import Vendors
import Wire

/// Reads the machine-readable price lists of the vendors that have an account, and reports the changes.
package struct PriceRefresh {
    /// The result for one vendor's list.
    package struct Result: Sendable {
        package var vendor: String
        /// `fal/veo-3.1-fast: 0.15 USD/second -> 0.12 USD/second`.
        package var changes: [String] = []
        package var notes: [String] = []
        package var unchanged = 0
        /// Whether part of the list could not be read. Prices in that part stay unchanged.
        package var isIncomplete = false
        /// The file for the vendors folder; nil if nothing was read.
        package var file: (name: String, text: Bytes)?
    }

    /// The vendors that publish such a list.
    package static var vendors: [String] { Registry.priceLists.keys.sorted() }

    private let accounts: [Account]
    private let catalog: Catalog
    private let upstream: Upstream
    private let files: [Configuration.VendorFile]

    /// - Parameters:
    ///   - upstream: sends the calls.
    ///   - files: the files in the vendors folder, including one from an earlier refresh.
    package init(accounts: [Account], catalog: Catalog, upstream: Upstream, files: [Configuration.VendorFile]) {
        (self.accounts, self.catalog, self.upstream, self.files) = (accounts, catalog, upstream, files)
    }

    package func run(now: Timestamp) async -> [Result] {
        var results: [Result] = []
        for name in PriceRefresh.vendors {
            let accounts = accounts.filter { $0.vendor.card.name == name }.sorted { $0.name < $1.name }
            guard let account = accounts.first, let list = Registry.priceLists[name] else { continue }
            results.append(await read(list, of: account, now: now))
        }
        return results
    }

    private func read(_ list: any PriceList, of account: Account, now: Timestamp) async -> Result {
        let vendor = account.vendor.card.name
        var result = Result(vendor: vendor)
        var listed: [ListedPrice] = []
        for call in list.priceCalls(for: catalog.models(of: vendor)) {
            do throws(Fault) {
                listed += try list.prices(from: await upstream.send(call, with: account))
            } catch {
                result.isIncomplete = true
                let text = "\(vendor): the price list could not be read: \(error.message)"
                if !result.notes.contains(text) { result.notes.append(text) }
            }
        }
        guard !listed.isEmpty else { return result }
        let day = String(now.iso8601.prefix(10))
        var update = PriceUpdate(vendor: vendor, models: catalog.models(of: vendor), day: day)
        update.add(listed)
        let name = PriceUpdate.file(of: vendor)
        let earlier = files.first { $0.path.hasSuffix("/" + name) || $0.path == name }
        (result.changes, result.unchanged) = (update.changes, update.unchanged)
        result.notes += update.notes
        result.file = (name, update.text(keeping: earlier?.text))
        return result
    }
}
