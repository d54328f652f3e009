/// Encodes the frames, each as one slice: all intra at the start of a group, else only the macroblocks that were drawn on, the others
/// skipped. Constrained Baseline, CAVLC, no loop filter (H.264, 7.3.3 and 7.3.5).
struct FrameCoder: Sendable {
    private let residual = ResidualCoder()

    /// The NAL unit of the canvas, preceded by its length, as in an MP4 sample.
    /// - Parameters:
    ///   - group: the number of the group.
    ///   - place: the number of the frame in its group.
    func code(_ canvas: borrowing Canvas, group: Int, place: Int, capacity: Int) -> [UInt8] {
        let intra = place == 0
        var writer = BitWriter(header: [0, 0, 0, 0, intra ? 0x65 : 0x41], capacity: capacity)
        putHeader(group: group, place: place, to: &writer)
        putMacroblocks(canvas, intra: intra, to: &writer)
        writer.finish()
        var bytes = writer.bytes
        let length = bytes.count - 4
        for place in 0..<4 { bytes[place] = UInt8(truncatingIfNeeded: length >> (24 - 8 * place)) }
        return bytes
    }

    private func putHeader(group: Int, place: Int, to writer: inout BitWriter) {
        let intra = place == 0
        writer.unsigned(0)  // first_mb_in_slice
        writer.unsigned(intra ? 7 : 5)  // slice_type: all slices of the picture are I, or P
        writer.unsigned(0)  // pic_parameter_set_id
        writer.put(UInt32(place & 0xFF), 8)  // frame_num
        if intra {
            writer.unsigned(group & 1)  // idr_pic_id: neighbours differ
            writer.put(0, 2)  // no_output_of_prior_pics_flag, long_term_reference_flag
        } else {
            writer.put(0, 3)  // num_ref_idx_active_override_flag, ref_pic_list_modification_flag_l0, adaptive_ref_pic_marking_mode_flag
        }
        writer.signed(0)  // slice_qp_delta
        writer.unsigned(1)  // disable_deblocking_filter_idc
    }

    private func putMacroblocks(_ canvas: borrowing Canvas, intra: Bool, to writer: inout BitWriter) {
        let columns = canvas.columns
        // Whether the last macroblock of each column was written as PCM: the codes of its neighbours depend on it.
        var clear = [Bool](repeating: false, count: columns)
        var skipped = 0
        for row in 0..<canvas.rows {
            guard intra || canvas.touchedInRow[row] > 0 else {
                skipped += columns
                for column in 0..<columns { clear[column] = false }
                continue
            }
            for column in 0..<columns {
                guard intra || canvas.touched[row * columns + column] else {
                    skipped += 1
                    clear[column] = false
                    continue
                }
                if !intra { writer.unsigned(skipped) }  // mb_skip_run
                skipped = 0
                let nearClear = clear[column] || column > 0 && clear[column - 1]
                clear[column] = put(canvas, row: row, column: column, intra: intra, nearClear: nearClear, to: &writer)
            }
        }
        if skipped > 0 { writer.unsigned(skipped) }
    }

    /// True if the macroblock was written as PCM.
    private func put(_ canvas: borrowing Canvas, row: Int, column: Int, intra: Bool, nearClear: Bool, to writer: inout BitWriter) -> Bool {
        let index = row * canvas.columns + column
        return canvas.tiles.withUnsafeBufferPointer { all in
            func tile(_ index: Int) -> UnsafeBufferPointer<UInt8> {
                all.extracting(index * Canvas.tileBytes..<(index + 1) * Canvas.tileBytes)
            }
            guard let pixels = tile(index).baseAddress else { return false }
            let block = Macroblock(
                pixels: pixels, above: row > 0 ? tile(index - canvas.columns).baseAddress : nil,
                left: column > 0 ? tile(index - 1).baseAddress : nil)
            // Intra types come after the five inter types in a P slice (table 7-13).
            let typeBase = intra ? 0 : 5
            guard let prediction = Prediction(block) else {
                writer.unsigned(typeBase + 25)
                writer.align()
                writer.samples(tile(index))
                return true
            }
            put(prediction, typeBase: typeBase, nearClear: nearClear, to: &writer)
            return false
        }
    }

    private func put(_ prediction: Prediction, typeBase: Int, nearClear: Bool, to writer: inout BitWriter) {
        writer.unsigned(typeBase + 1 + prediction.lumaMode + (prediction.chroma == nil ? 0 : 4))  // mb_type
        writer.unsigned(prediction.chromaMode)
        writer.signed(0)  // mb_qp_delta
        residual.put(prediction.luma ?? SIMD16(), nearClear ? .busy : .quiet, to: &writer)
        guard let chroma = prediction.chroma else { return }
        residual.put(chroma.blue, .chroma, to: &writer)
        residual.put(chroma.red, .chroma, to: &writer)
    }
}
