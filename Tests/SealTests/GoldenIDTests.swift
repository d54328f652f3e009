import Crypto
import Jobs
import Seal
import Testing

/// An id of any release opens in every later one, so these never change. Another program (Python, with the library cryptography) made
/// each of them from the bytes of its claims.
struct GoldenIDTests {
    /// Ids of Genlock 0.1.0, which only open.
    static let version1: [(ring: KeyRing, claims: Claims, id: String)] = [
        (
            Samples.ring, Samples.fal,
            "video_AQGgoaKjpKWmp6ipqqusra6vsLGys7S1trfkjVvdLI6FwXrpSwa2fQyq1TMG43-Joev3qqYPLBpz3jBR9DB54zACVc_n8eBNHhDHkBy4"
                + "N7ElLaz7f5PSzb8gASXCsDgJA3ZwcvVOCI84"
        ),
        (
            Samples.rotated, Samples.everything,
            "video_AQKgoaKjpKWmp6ipqqusra6vsLGys7S1tre4meDhK88vFJiHSR4Ssp4wnVqslagfomS99iO3iFCuFCP5s1GGKunyoNBFaI6z4tDv5dme"
                + "y66UvpEHnPtMXwgvKGEQqesdA1vnT6gOzBSWXcGn86WAYM0JNaUUQ2xkZVM9OiYvxXjFM1DZQ3MWjkxAwwo4"
        ),
        (
            Samples.ring, Samples.reference,
            "video_AQGgoaKjpKWmp6ipqqusra6vsLGys7S1trfnzLfa4PFVx30OkcEmxFW27cvNEGiWNE7lpJ1kOU-S"
        ),
        (
            Samples.ring, Samples.long,
            "video_AQGgoaKjpKWmp6ipqqusra6vsLGys7S1trfkjVvdLI6FwXrpSwa2fQyq1TMG43-Joev3qqYPLBpz3jBREFRJNIPJbPilI6QjYlz3GDvF"
                + "So1bVpFQbNtpDHcUpXHyUWhULeQY-8pgOm3dhBcbHO2bZVOrhn1cf8rkhAxAKh2hXEHH131pduh9RWoUPhDFmG5PbkPFiSmUjf1y2K1Z1guoGH"
                + "CXiURVr_fJ76kez28E8jyZQc_hegsbZoqclAiHudO7GVm99nrZjYfmLTp_G60FMGpzMmuAZ4GDKaJTkCbSBpqJaWfTaPzYoVDJ2Bg6e54zeGzO"
                + "ij7hKhulWe77NjwqdZGAoonL6PbGBDn1Xu10aUf3Lq_aLk-RgLs7zE6V641Pl_CgOVNUPzH9A1U8tKEKF8ethG1o8iLNJR5DA3TvP-jvoUguEj"
                + "RcUd78MCvXi-JfYgsgYVo10JAkCYz45CE3pJs_NQKdCnAQpkcNkmbJOxck42NNyrcGMNIQHLx72K__6PoCdpWd"
        ),
    ]

    /// Ids of the present version.
    static let version2: [(ring: KeyRing, claims: Claims, id: String)] = [
        (
            Samples.ring, Samples.fal,
            "video_AgGgoaKjpKWmp6ipqqusra6vsLGys7S1trc9wqKdJ2gKvqs8iv4UvZxxxT26LKGvlZRgFYw32KjZ_YeesqTEvJ6l3Zi2mv_7v9cuEGG_"
                + "i36Eyi3oAWWZpxDKrlWADVS2dS0d7EIUxVu1"
        ),
        (
            Samples.rotated, Samples.everything,
            "video_AgKgoaKjpKWmp6ipqqusra6vsLGys7S1trej5bj9l0mieD7VAUcQ6srROiCEXU-7Hn2YUwwXoowzesecCFPcbluUdCGl4oQ6pffiPiMN"
                + "TGRcGO80cz7cftoOTXfWeTAYqthHwajbBY-KPnaNX7aCeWPPvvtc47deSRiRzcwOtUg4KjVVKISn9ZO7qPqG"
        ),
        (
            Samples.ring, Samples.reference,
            "video_AgGgoaKjpKWmp6ipqqusra6vsLGys7S1trc-g06a6xfauKzbUDmEBMWMNwKVMVQVDkZmdmjOcK1S"
        ),
        (
            Samples.ring, Samples.long,
            "video_AgGgoaKjpKWmp6ipqqusra6vsLGys7S1trc9wqKdJ2gKvqs8iv4UvZxxxT26LKGvlZRgFYw32KjZ_YeeVsD0ay1u5K_0SLuVw5semEbC"
                + "9kL6sRBDEi0iZtjgPMRSXGaixxhPgWO9pGhGPUi3CttCUe7FVCJdP7Uf08otCex2BAwBbdsVfNQxvVEwNOCUaKlbQqJgKjgOW_4tHRnLyxBO-o"
                + "tqRN1W8_3CNwTGqZtLUiMlcEVoNfiRSqe0KD3kcvbgqRMjAMWZeY3icGviCH7ju48va5hgj3F4NNMXWSvtuIVPV7emWAZrkjXCWMK9e1Dt0nQJ"
                + "RTblIRzbA-bVWojWV7jNjpGsZpkrlQpjdjxTQTiOKyI8q2Lh9lgwq6C0teAPmcZFDzv9dF8_9xJhwkgu4EQgIT3Zng9cxVlGm62D10a5WTIdB9"
                + "SI0zEXFe3bFeSSPVXtJ0Fq3wKhgunin4_Rdjzb43Ng0VJv_enDVNp1KQvI_-3hqWhnsnmfw5F78Iu_lC-YwqBx"
        ),
    ]

    @Test(arguments: version1 + version2) func `a golden id opens for its owner alone`(ring: KeyRing, claims: Claims, id: String) {
        #expect(Sealer(ring).open(id, for: Samples.owner) == claims)
        #expect(Sealer(ring).open(id, for: Owner(name: "other")) == nil)
        #expect(Sealer(.generate(random: .system)).open(id, for: Samples.owner) == nil)
    }

    @Test(arguments: version2) func `a golden id is made`(ring: KeyRing, claims: Claims, id: String) {
        #expect(Sealer(ring).seal(claims, for: Samples.owner, random: Samples.counting) == id)
    }

    @Test func `a version 1 id opens after a rotation, until its key is removed`() {
        let id = GoldenIDTests.version1[0].id
        #expect(Sealer(Samples.rotated).open(id, for: Samples.owner) == Samples.fal)
        #expect(Sealer(Samples.retired).open(id, for: Samples.owner) == nil)
    }

    @Test func `an id of version 2 is as long as one of version 1`() {
        for (one, two) in zip(GoldenIDTests.version1, GoldenIDTests.version2) { #expect(one.id.utf8.count == two.id.utf8.count) }
    }
}
