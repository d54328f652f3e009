import Wire

/// The configuration keys of the program's limits.
enum LimitTable {
    enum Member: Sendable {
        case bytes(any WritableKeyPath<Limits, Int> & Sendable)
        case count(any WritableKeyPath<Limits, Int> & Sendable, minimum: Int)
        case duration(any WritableKeyPath<Limits, Duration> & Sendable)
        /// A duration that may be zero.
        case delay(any WritableKeyPath<Limits, Duration> & Sendable)
    }

    /// In the order of `Limits`; each key is the name of the member in snake case.
    static let members: KeyValuePairs<String, Member> = [
        "max_header_bytes": .bytes(\.maxHeaderBytes),
        "max_header_fields": .count(\.maxHeaderFields, minimum: 1),
        "header_timeout": .duration(\.headerTimeout),
        "body_idle_timeout": .duration(\.bodyIdleTimeout),
        "keepalive_timeout": .duration(\.keepaliveTimeout),
        "max_body_bytes": .bytes(\.maxBodyBytes),
        "shutdown_delay": .delay(\.shutdownDelay),
        "shutdown_grace": .duration(\.shutdownGrace),
        "max_connections": .count(\.maxConnections, minimum: 1),
        "max_connections_per_address": .count(\.maxConnectionsPerAddress, minimum: 1),
        "backlog": .count(\.backlog, minimum: 1),
        "max_rejection_replies": .count(\.maxRejectionReplies, minimum: 0),
        "spare_descriptors": .count(\.spareDescriptors, minimum: 0),
        "accept_backoff": .duration(\.acceptBackoff),
        "min_body_rate": .count(\.minBodyRate, minimum: 0),
        "max_buffered_body_bytes": .bytes(\.maxBufferedBodyBytes),
        "overload_retry_after": .duration(\.overloadRetryAfter),
        "shutdown_idle_wait": .duration(\.shutdownIdleWait),
        "shutdown_abort_wait": .duration(\.shutdownAbortWait),
        "gzip_min_bytes": .bytes(\.gzipMinBytes),
        "gzip_max_bytes": .bytes(\.gzipMaxBytes),
        "rejection_log_rate": .count(\.rejectionLogRate, minimum: 0),
        "rejection_log_rate_per_address": .count(\.rejectionLogRatePerAddress, minimum: 0),
        "log_buffer_bytes": .bytes(\.logBufferBytes),
        "log_flush_timeout": .duration(\.logFlushTimeout),
        "config_read_timeout": .duration(\.configReadTimeout),
        "max_metric_series": .count(\.maxMetricSeries, minimum: 1),
        "tls_handshake_timeout": .duration(\.tlsHandshakeTimeout),
        "tls_ticket_key_ttl": .duration(\.tlsTicketKeyTTL),
        "certificate_check_interval": .duration(\.certificateCheckInterval),
        "max_method_bytes": .bytes(\.maxMethodBytes),
        "max_target_bytes": .bytes(\.maxTargetBytes),
        "max_chunk_extension_bytes": .bytes(\.maxChunkExtensionBytes),
        "max_trailer_bytes": .bytes(\.maxTrailerBytes),
        "max_interim_responses": .count(\.maxInterimResponses, minimum: 0),
        "max_concurrent_streams": .count(\.maxConcurrentStreams, minimum: 1),
        "stream_window": .bytes(\.streamWindow),
        "connection_window": .bytes(\.connectionWindow),
        "max_continuation_frames": .count(\.maxContinuationFrames, minimum: 0),
        "glitches": .count(\.glitches, minimum: 1),
        "glitches_per_second": .count(\.glitchesPerSecond, minimum: 1),
        "free_window_updates": .count(\.freeWindowUpdates, minimum: 0),
        "bytes_per_window_update": .bytes(\.bytesPerWindowUpdate),
        "ping_timeout": .duration(\.pingTimeout),
        "write_timeout": .duration(\.writeTimeout),
        "write_chunk_bytes": .bytes(\.writeChunkBytes),
        "max_discarded_body_bytes": .bytes(\.maxDiscardedBodyBytes),
        "linger_timeout": .duration(\.lingerTimeout),
        "linger_idle_timeout": .duration(\.lingerIdleTimeout),
        "max_json_depth": .count(\.maxJSONDepth, minimum: 1),
        "max_json_nodes": .count(\.maxJSONNodes, minimum: 1),
        "elide_strings_above": .bytes(\.elideStringsAbove),
        "max_form_fields": .count(\.maxFormFields, minimum: 1),
        "max_part_header_bytes": .bytes(\.maxPartHeaderBytes),
        "max_form_depth": .count(\.maxFormDepth, minimum: 1),
        "max_url_bytes": .bytes(\.maxURLBytes),
        "dns_timeout": .duration(\.dnsTimeout),
        "max_concurrent_lookups": .count(\.maxConcurrentLookups, minimum: 1),
        "max_concurrent_media_lookups": .count(\.maxConcurrentMediaLookups, minimum: 1),
        "max_media_lookups_per_key": .count(\.maxMediaLookupsPerKey, minimum: 1),
        "max_queued_lookups": .count(\.maxQueuedLookups, minimum: 0),
        "dns_cache_entries": .count(\.dnsCacheEntries, minimum: 1),
        "dns_cache_ttl": .duration(\.dnsCacheTTL),
        "dns_stale_ttl": .duration(\.dnsStaleTTL),
        "dns_stale_timeout": .duration(\.dnsStaleTimeout),
        "connect_timeout": .duration(\.connectTimeout),
        "connect_attempt_delay": .duration(\.connectAttemptDelay),
        "upstream_first_byte_timeout": .duration(\.upstreamFirstByteTimeout),
        "upstream_idle_timeout": .duration(\.upstreamIdleTimeout),
        "upstream_response_timeout": .duration(\.upstreamResponseTimeout),
        "max_upstream_response_bytes": .bytes(\.maxUpstreamResponseBytes),
        "max_idle_upstream_per_origin": .count(\.maxIdleUpstreamPerOrigin, minimum: 0),
        "max_idle_upstream": .count(\.maxIdleUpstream, minimum: 0),
        "upstream_keepalive_timeout": .duration(\.upstreamKeepaliveTimeout),
        "max_upstream_connection_age": .duration(\.maxUpstreamConnectionAge),
        "nonidempotent_reuse_age": .duration(\.nonidempotentReuseAge),
        "early_response_wait": .duration(\.earlyResponseWait),
        "max_fetched_bytes": .bytes(\.maxFetchedBytes),
        "max_measured_bytes": .bytes(\.maxMeasuredBytes),
        "measure_timeout": .duration(\.measureTimeout),
        "video_length_cache_entries": .count(\.videoLengthCacheEntries, minimum: 2),
        "max_redirects": .count(\.maxRedirects, minimum: 0),
        "max_inflated_bytes": .bytes(\.maxInflatedBytes),
        "max_inflate_ratio": .count(\.maxInflateRatio, minimum: 1),
        "job_timeout": .duration(\.jobTimeout),
        "job_cache_entries": .count(\.jobCacheEntries, minimum: 1),
        "status_cache_entries": .count(\.statusCacheEntries, minimum: 1),
        "status_cache_ttl": .duration(\.statusCacheTTL),
        "link_ttl": .duration(\.linkTTL),
        "synchronous_start_timeout": .duration(\.synchronousStartTimeout),
        "max_wait": .duration(\.maxWait),
        "max_watched_jobs": .count(\.maxWatchedJobs, minimum: 1),
        "max_watch_calls_per_account": .count(\.maxWatchCallsPerAccount, minimum: 1),
        "max_watch_interval": .duration(\.maxWatchInterval),
        "lookup_timeout": .duration(\.lookupTimeout),
        "reconcile_batch": .count(\.reconcileBatch, minimum: 0),
        "reconcile_window": .duration(\.reconcileWindow),
        "max_upload_bytes": .bytes(\.maxUploadBytes),
        "max_stored_upload_bytes": .bytes(\.maxStoredUploadBytes),
        "max_stored_uploads": .count(\.maxStoredUploads, minimum: 1),
        "max_upload_parts": .count(\.maxUploadParts, minimum: 1),
        "max_upload_part_list_bytes": .bytes(\.maxUploadPartListBytes),
        "upload_url_ttl": .duration(\.uploadURLTTL),
        "upload_ttl": .duration(\.uploadTTL),
        "max_result_copies": .count(\.maxResultCopies, minimum: 1),
        "result_pass_interval": .duration(\.resultPassInterval),
        "result_copy_timeout": .duration(\.resultCopyTimeout),
        "result_retry_delay": .duration(\.resultRetryDelay),
        "max_result_retry_delay": .duration(\.maxResultRetryDelay),
        "result_copy_window": .duration(\.resultCopyWindow),
        "result_link_ttl": .duration(\.resultLinkTTL),
        "thumbnail_timeout": .duration(\.thumbnailTimeout),
        "max_thumbnail_memory": .bytes(\.maxThumbnailMemory),
        "max_thumbnail_bytes": .bytes(\.maxThumbnailBytes),
        "max_thumbnail_source_bytes": .bytes(\.maxThumbnailSourceBytes),
        "journal_retention_days": .count(\.journalRetentionDays, minimum: 3),
        "max_journal_jobs": .count(\.maxJournalJobs, minimum: 1000),
        "max_journal_bytes": .bytes(\.maxJournalBytes),
        "max_journal_queue": .count(\.maxJournalQueue, minimum: 1),
        "max_journal_prompt_bytes": .bytes(\.maxJournalPromptBytes),
        "max_pending_deliveries": .count(\.maxPendingDeliveries, minimum: 1),
        "max_pending_deliveries_per_key": .count(\.maxPendingDeliveriesPerKey, minimum: 1),
        "delivery_retention_days": .count(\.deliveryRetentionDays, minimum: 1),
        "max_deliveries": .count(\.maxDeliveries, minimum: 1000),
        "webhook_timeout": .duration(\.webhookTimeout),
        "max_webhook_attempts": .count(\.maxWebhookAttempts, minimum: 1),
        "max_webhook_calls": .count(\.maxWebhookCalls, minimum: 2),
        "max_webhook_calls_per_endpoint": .count(\.maxWebhookCallsPerEndpoint, minimum: 1),
        "max_webhook_response_bytes": .bytes(\.maxWebhookResponseBytes),
        "max_webhook_retry_after": .duration(\.maxWebhookRetryAfter),
        "max_webhook_endpoints_per_key": .count(\.maxWebhookEndpointsPerKey, minimum: 0),
        "max_queued_creates": .count(\.maxQueuedCreates, minimum: 0),
        "queue_timeout": .duration(\.queueTimeout),
        "failover_window": .duration(\.failoverWindow),
        "max_journal_request_bytes": .bytes(\.maxJournalRequestBytes),
        "retry_dedup_window": .duration(\.retryDedupWindow),
        "idempotency_key_ttl": .duration(\.idempotencyKeyTTL),
        "max_idempotency_key_bytes": .bytes(\.maxIdempotencyKeyBytes),
        "idempotency_cache_entries": .count(\.idempotencyCacheEntries, minimum: 1),
        "max_cached_prompt_bytes": .bytes(\.maxCachedPromptBytes),
    ]

    private static let maxBytes = 1 << 40
    private static let maxCount = 1 << 30
    private static let maxDuration = Duration.seconds(7 * 86_400)

    private static func duration(_ node: YAMLNode, _ decoder: ConfigurationDecoder, minimum: Duration) -> Duration? {
        decoder.value(node, expected: "a time like 30s or 5 min, up to 7 days") { text in
            Units.duration(text).flatMap { $0 >= minimum && $0 <= maxDuration ? $0 : nil }
        }
    }

    static func read(_ node: YAMLNode, _ decoder: ConfigurationDecoder) -> Limits {
        var limits = Limits()
        let example = "a map of limits like { max_body_bytes: 96 MiB }"
        guard let written = decoder.members(node, example, keys: members.map(\.key), renamed: renamed) else { return limits }
        for (name, member) in members {
            guard let node = written[name] else { continue }
            switch member {
            case .bytes(let path):
                limits[keyPath: path] =
                    decoder.value(node, expected: "a size like 96 MiB") { text in
                        Units.bytes(text).flatMap { (1...maxBytes).contains($0) ? $0 : nil }
                    } ?? limits[keyPath: path]
            case .count(let path, let minimum):
                limits[keyPath: path] = decoder.integer(node, in: minimum...maxCount) ?? limits[keyPath: path]
            case .duration(let path): limits[keyPath: path] = duration(node, decoder, minimum: .nanoseconds(1)) ?? limits[keyPath: path]
            case .delay(let path): limits[keyPath: path] = duration(node, decoder, minimum: .zero) ?? limits[keyPath: path]
            }
        }
        return limits
    }
}
