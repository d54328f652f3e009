/// The sequence and picture parameter sets (H.264, 7.3.2), which a decoder needs before the first frame.
struct ParameterSets: Sendable {
    static let profile: UInt8 = 66
    /// `constraint_set0_flag` and `constraint_set1_flag`: Constrained Baseline.
    static let constraints: UInt8 = 0xC0

    /// `level_idc`: ten times the level.
    let level: UInt8
    let sps: [UInt8]
    let pps: [UInt8]

    init(_ card: VideoSpec) {
        level = Self.level(card)
        sps = Self.sequenceParameterSet(card, level: level)
        pps = Self.pictureParameterSet()
    }

    /// The lowest level from 3.1 on that allows the video (table A-1): macroblocks per second, macroblocks per frame, and the longest side.
    private static func level(_ card: VideoSpec) -> UInt8 {
        let (columns, rows) = ((card.width + 15) / 16, (card.height + 15) / 16)
        let size = max(columns * rows, (max(columns, rows) * max(columns, rows) + 7) / 8)
        let speed = columns * rows * card.rate.frames / card.rate.seconds
        let levels: [(UInt8, Int, Int)] = [
            (31, 3_600, 108_000), (32, 5_120, 216_000), (40, 8_192, 245_760), (42, 8_704, 522_240), (50, 22_080, 589_824),
            (51, 36_864, 983_040),
        ]
        return levels.first { size <= $0.1 && speed <= $0.2 }?.0 ?? 52
    }

    private static func sequenceParameterSet(_ card: VideoSpec, level: UInt8) -> [UInt8] {
        let (columns, rows) = ((card.width + 15) / 16, (card.height + 15) / 16)
        let (cutRight, cutBelow) = (columns * 16 - card.width, rows * 16 - card.height)
        var writer = BitWriter(header: [0x67])
        writer.put(UInt32(profile), 8)
        writer.put(UInt32(constraints), 8)
        writer.put(UInt32(level), 8)
        writer.unsigned(0)  // seq_parameter_set_id
        writer.unsigned(4)  // log2_max_frame_num_minus4: eight bits
        writer.unsigned(2)  // pic_order_cnt_type: output order is decoding order
        writer.unsigned(1)  // max_num_ref_frames
        writer.flag(false)  // gaps_in_frame_num_value_allowed_flag
        writer.unsigned(columns - 1)
        writer.unsigned(rows - 1)
        writer.flag(true)  // frame_mbs_only_flag
        writer.flag(true)  // direct_8x8_inference_flag
        writer.flag(cutRight + cutBelow > 0)
        if cutRight + cutBelow > 0 {
            // Left, right, top, bottom, in units of two pixels.
            for cut in [0, cutRight / 2, 0, cutBelow / 2] { writer.unsigned(cut) }
        }
        writer.flag(true)
        putVUI(card, to: &writer)
        writer.finish()
        return writer.bytes
    }

    /// The VUI (annex E): square pixels, BT.709 in limited range, a steady rate, and no reordering.
    private static func putVUI(_ card: VideoSpec, to writer: inout BitWriter) {
        writer.flag(true)
        writer.put(1, 8)  // aspect_ratio_idc: square
        writer.flag(false)  // overscan_info_present_flag
        writer.flag(true)
        writer.put(5, 3)  // video_format: unspecified
        writer.flag(false)  // video_full_range_flag
        writer.flag(true)
        for _ in 0..<3 { writer.put(1, 8) }  // primaries, transfer, matrix: BT.709
        writer.flag(false)  // chroma_loc_info_present_flag
        writer.flag(true)
        writer.put(UInt32(card.rate.seconds), 32)
        writer.put(UInt32(2 * card.rate.frames), 32)  // a tick is a field: two to a frame
        writer.flag(true)  // fixed_frame_rate_flag
        writer.put(0, 3)  // nal and vcl hrd_parameters_present_flag, pic_struct_present_flag
        writer.flag(true)
        writer.flag(true)  // motion_vectors_over_pic_boundaries_flag
        // Bytes and bits of a picture: no limit stated; vectors: a pixel each way is more than is used; no reordering; one frame held.
        for value in [0, 0, 2, 2, 0, 1] { writer.unsigned(value) }
    }

    private static func pictureParameterSet() -> [UInt8] {
        var writer = BitWriter(header: [0x68])
        writer.unsigned(0)  // pic_parameter_set_id
        writer.unsigned(0)  // seq_parameter_set_id
        writer.flag(false)  // entropy_coding_mode_flag: CAVLC
        writer.flag(false)
        writer.unsigned(0)  // num_slice_groups_minus1
        writer.unsigned(0)
        writer.unsigned(0)
        writer.flag(false)  // weighted_pred_flag
        writer.put(0, 2)
        writer.signed(Prediction.quantiser - 26)  // pic_init_qp_minus26
        writer.signed(0)
        writer.signed(0)  // chroma_qp_index_offset
        writer.flag(true)  // deblocking_filter_control_present_flag
        writer.flag(false)  // constrained_intra_pred_flag
        writer.flag(false)
        writer.finish()
        return writer.bytes
    }
}
