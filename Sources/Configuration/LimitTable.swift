import Wire

/// The names by which the configuration calls the program's limits.
enum LimitTable {
    enum Member: Sendable {
        case bytes(any WritableKeyPath<Limits, Int> & Sendable)
        case count(any WritableKeyPath<Limits, Int> & Sendable, least: Int)
        case time(any WritableKeyPath<Limits, Duration> & Sendable)
        /// A time that may be zero.
        case delay(any WritableKeyPath<Limits, Duration> & Sendable)
    }

    /// In the order of `Limits`; each name is that of the member with underscores.
    static let members: KeyValuePairs<String, Member> = [
        "head_bytes": .bytes(\.headBytes),
        "header_fields": .count(\.headerFields, least: 1),
        "head_time": .time(\.headTime),
        "body_pause": .time(\.bodyPause),
        "idle_time": .time(\.idleTime),
        "body_bytes": .bytes(\.bodyBytes),
        "shutdown_delay": .delay(\.shutdownDelay),
        "drain_time": .time(\.drainTime),
        "crowd": .count(\.crowd, least: 1),
        "connections": .count(\.connections, least: 1),
        "connections_per_address": .count(\.connectionsPerAddress, least: 1),
        "backlog": .count(\.backlog, least: 1),
        "farewells": .count(\.farewells, least: 0),
        "spare_descriptors": .count(\.spareDescriptors, least: 0),
        "accept_pause": .time(\.acceptPause),
        "body_rate": .count(\.bodyRate, least: 0),
        "held_bytes": .bytes(\.heldBytes),
        "overload_pause": .time(\.overloadPause),
        "drain_pause": .time(\.drainPause),
        "last_moment": .time(\.lastMoment),
        "pack_least": .bytes(\.packLeast),
        "pack_most": .bytes(\.packMost),
        "refusal_lines": .count(\.refusalLines, least: 0),
        "refusal_lines_per_address": .count(\.refusalLinesPerAddress, least: 0),
        "log_bytes": .bytes(\.logBytes),
        "log_flush_timeout": .time(\.logFlushTimeout),
        "config_read_timeout": .time(\.configReadTimeout),
        "metric_series": .count(\.metricSeries, least: 1),
        "handshake_time": .time(\.handshakeTime),
        "ticket_key_time": .time(\.ticketKeyTime),
        "certificate_check_time": .time(\.certificateCheckTime),
        "method_bytes": .bytes(\.methodBytes),
        "target_bytes": .bytes(\.targetBytes),
        "chunk_extension_bytes": .bytes(\.chunkExtensionBytes),
        "trailer_bytes": .bytes(\.trailerBytes),
        "interim_answers": .count(\.interimAnswers, least: 0),
        "streams": .count(\.streams, least: 1),
        "stream_window": .bytes(\.streamWindow),
        "connection_window": .bytes(\.connectionWindow),
        "continuations": .count(\.continuations, least: 0),
        "glitches": .count(\.glitches, least: 1),
        "glitches_per_second": .count(\.glitchesPerSecond, least: 1),
        "free_updates": .count(\.freeUpdates, least: 0),
        "update_bytes": .bytes(\.updateBytes),
        "ping_time": .time(\.pingTime),
        "write_pause": .time(\.writePause),
        "write_portion": .bytes(\.writePortion),
        "discard_bytes": .bytes(\.discardBytes),
        "linger_time": .time(\.lingerTime),
        "linger_pause": .time(\.lingerPause),
        "json_depth": .count(\.jsonDepth, least: 1),
        "json_nodes": .count(\.jsonNodes, least: 1),
        "long_string": .bytes(\.longString),
        "form_fields": .count(\.formFields, least: 1),
        "part_header_bytes": .bytes(\.partHeaderBytes),
        "form_depth": .count(\.formDepth, least: 1),
        "url_bytes": .bytes(\.urlBytes),
        "lookup_time": .time(\.lookupTime),
        "lookups": .count(\.lookups, least: 1),
        "media_lookups": .count(\.mediaLookups, least: 1),
        "media_lookups_per_key": .count(\.mediaLookupsPerKey, least: 1),
        "queued_lookups": .count(\.queuedLookups, least: 0),
        "lookup_names": .count(\.lookupNames, least: 1),
        "lookup_life": .time(\.lookupLife),
        "lookup_stale_time": .time(\.lookupStaleTime),
        "lookup_stale_patience": .time(\.lookupStalePatience),
        "connect_time": .time(\.connectTime),
        "connect_head_start": .time(\.connectHeadStart),
        "first_byte_time": .time(\.firstByteTime),
        "answer_pause": .time(\.answerPause),
        "answer_time": .time(\.answerTime),
        "answer_bytes": .bytes(\.answerBytes),
        "idle_upstream": .count(\.idleUpstream, least: 0),
        "idle_upstream_total": .count(\.idleUpstreamTotal, least: 0),
        "idle_upstream_time": .time(\.idleUpstreamTime),
        "max_connection_age": .time(\.maxConnectionAge),
        "fresh_upstream_time": .time(\.freshUpstreamTime),
        "last_words_time": .time(\.lastWordsTime),
        "fetched_bytes": .bytes(\.fetchedBytes),
        "measured_bytes": .bytes(\.measuredBytes),
        "measure_timeout": .time(\.measureTimeout),
        "remembered_clips": .count(\.rememberedClips, least: 2),
        "redirects": .count(\.redirects, least: 0),
        "inflated_bytes": .bytes(\.inflatedBytes),
        "inflate_ratio": .count(\.inflateRatio, least: 1),
        "job_time": .time(\.jobTime),
        "remembered_jobs": .count(\.rememberedJobs, least: 1),
        "told_answers": .count(\.toldAnswers, least: 1),
        "told_time": .time(\.toldTime),
        "link_life": .time(\.linkLife),
        "held_time": .time(\.heldTime),
        "wait_time": .time(\.waitTime),
        "find_time": .time(\.findTime),
        "lost_jobs": .count(\.lostJobs, least: 0),
        "lost_time": .time(\.lostTime),
        "upload_bytes": .bytes(\.uploadBytes),
        "uploads_bytes": .bytes(\.uploadsBytes),
        "upload_files": .count(\.uploadFiles, least: 1),
        "upload_parts": .count(\.uploadParts, least: 1),
        "upload_part_list": .bytes(\.uploadPartList),
        "upload_time": .time(\.uploadTime),
        "upload_life": .time(\.uploadLife),
        "journal_days": .count(\.journalDays, least: 3),
        "journal_jobs": .count(\.journalJobs, least: 1000),
        "journal_bytes": .bytes(\.journalBytes),
        "journal_queue": .count(\.journalQueue, least: 1),
        "journal_prompt_bytes": .bytes(\.journalPromptBytes),
        "queued_creates": .count(\.queuedCreates, least: 0),
        "queue_time": .time(\.queueTime),
        "offer_time": .time(\.offerTime),
        "journal_request_bytes": .bytes(\.journalRequestBytes),
        "fold_time": .time(\.foldTime),
        "key_time": .time(\.keyTime),
        "key_bytes": .bytes(\.keyBytes),
        "remembered_creates": .count(\.rememberedCreates, least: 1),
        "remembered_prompt_bytes": .bytes(\.rememberedPromptBytes),
    ]

    private static let mostBytes = 1 << 40
    private static let mostCount = 1 << 30
    private static let mostTime = Duration.seconds(7 * 86_400)

    private static func time(_ node: YAMLNode, _ reading: Reading, least: Duration) -> Duration? {
        reading.value(node, expected: "a time like 30s or 5 min, up to 7 days") { text in
            Units.duration(text).flatMap { $0 >= least && $0 <= mostTime ? $0 : nil }
        }
    }

    static func read(_ node: YAMLNode, _ reading: Reading) -> Limits {
        var limits = Limits()
        guard let written = reading.members(node, "a map of limits like { body_bytes: 96 MiB }", keys: members.map(\.key)) else {
            return limits
        }
        for (name, member) in members {
            guard let node = written[name] else { continue }
            switch member {
            case .bytes(let path):
                limits[keyPath: path] =
                    reading.value(node, expected: "a size like 96 MiB") { text in
                        Units.bytes(text).flatMap { (1...mostBytes).contains($0) ? $0 : nil }
                    } ?? limits[keyPath: path]
            case .count(let path, let least):
                limits[keyPath: path] = reading.whole(node, in: least...mostCount) ?? limits[keyPath: path]
            case .time(let path): limits[keyPath: path] = time(node, reading, least: .nanoseconds(1)) ?? limits[keyPath: path]
            case .delay(let path): limits[keyPath: path] = time(node, reading, least: .zero) ?? limits[keyPath: path]
            }
        }
        return limits
    }
}
