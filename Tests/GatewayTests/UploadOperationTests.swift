import Testing

@testable import Gateway
@testable import Storage

@Suite struct UploadOperationTests {
    @Test(
        arguments: [
            ("<Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag></Part><Part><ETag/><PartNumber>3</PartNumber></Part>", [1, 3]),
            ("<PartNumber>1</PartNumber><PartNumber>1</PartNumber>", nil), ("<PartNumber>2</PartNumber><PartNumber>1</PartNumber>", nil),
            ("<PartNumber>one</PartNumber>", nil), ("<PartNumber></PartNumber>", nil), ("", nil), ("Part Number>1<", nil),
        ] as [(String, [Int]?)])
    func `a list of parts names at least one, in ascending order`(xml: String, numbers: [Int]?) {
        #expect(UploadOperation.partNumbers(in: xml) == numbers)
    }
}
