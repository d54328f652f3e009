/// Every limit of the program, in one table. Sizes are bytes; times are `Duration`. The configuration can change each of them, except those
/// that are `static`.
package struct Limits: Sendable, Equatable {
    package init() {}

    // Requests to us
    /// Request line and header fields together.
    package var maxHeaderBytes = 32 * 1024
    /// Header fields of one message.
    package var maxHeaderFields = 100
    /// Time from the first byte of a head to its end.
    package var headerTimeout: Duration = .seconds(20)
    /// Maximum pause between two pieces of a request body.
    package var bodyIdleTimeout: Duration = .seconds(30)
    /// How long a keep-alive connection without a request stays open.
    package var keepaliveTimeout: Duration = .seconds(75)
    /// A complete request body: images are sent inside JSON as data URIs.
    package var maxBodyBytes = 96 * 1024 * 1024
    /// How long the server continues to accept after SIGTERM, with a failing /readyz, so that load balancers can notice.
    package var shutdownDelay: Duration = .zero
    /// How long requests in progress may take after that.
    package var shutdownGrace: Duration = .seconds(30)

    // Connections, and memory for their requests
    /// Connections on all loops; the limit of descriptors applies too.
    package var maxConnections = 16_384
    /// Connections from one IPv4 address or IPv6 /64, except from this machine.
    package var maxConnectionsPerAddress = 4096
    /// Connections that the kernel queues until they are accepted (listen(2)).
    package var backlog = 1024
    /// Connections beyond the limit that are sent a 503 at the same time; further ones are closed without a response.
    package var maxRejectionReplies = 16
    /// Descriptors reserved for calls to vendors, the journal and the log; at most a quarter of all.
    package var spareDescriptors = 1024
    /// How long accepting pauses when descriptors or memory have run out.
    package var acceptBackoff: Duration = .milliseconds(100)
    /// Minimum average rate of a request body in bytes per second, after `body_idle_timeout`.
    package var minBodyRate = 1024
    /// The bodies of all requests in progress together; further ones are refused with 503. At most a quarter of the memory.
    package var maxBufferedBodyBytes = 1 << 30
    /// The `retry-after` of responses to overload.
    package var overloadRetryAfter: Duration = .seconds(2)
    /// How long a draining server keeps an idle connection, because a request may be on its way. An HTTP/2 client gets a ping instead, and
    /// the wait applies only if it does not answer.
    package var shutdownIdleWait: Duration = .seconds(1)
    /// How long handlers get to end after their connections were aborted at the end of the grace.
    package var shutdownAbortWait: Duration = .milliseconds(200)
    /// A text response smaller than this is not compressed.
    package var gzipMinBytes = 1024
    /// A larger one is not compressed either: that would block other requests of the loop.
    package var gzipMaxBytes = 2 << 20

    /// Log lines per second about requests and connections rejected before a handler; further ones are only counted.
    package var rejectionLogRate = 10
    /// The same for one IPv4 address or IPv6 /64, except on this machine.
    package var rejectionLogRatePerAddress = 3
    /// Bytes of log lines that wait for a slow reader; further lines are dropped and counted.
    package var logBufferBytes = 1 << 20
    /// How long the end of the process waits for a log that is not read.
    package var logFlushTimeout: Duration = .seconds(1)
    /// How long a reload may take to read the configuration and the files that it names.
    package var configReadTimeout: Duration = .seconds(10)
    /// Label sets of one metric; further ones are counted together.
    package var maxMetricSeries = 1000

    // TLS
    /// From the start of a connection to the end of its TLS handshake.
    package var tlsHandshakeTimeout: Duration = .seconds(10)
    /// How long one key encrypts session tickets; it decrypts them for as long again.
    package var tlsTicketKeyTTL: Duration = .seconds(8 * 3600)
    /// How often certificate files are checked for changes.
    package var certificateCheckInterval: Duration = .seconds(10)

    // Framing of HTTP/1.1 messages
    /// A request method.
    package var maxMethodBytes = 32
    /// The request target, including the query.
    package var maxTargetBytes = 8 * 1024
    /// All chunk extensions of one body together; they are read and dropped.
    package var maxChunkExtensionBytes = 8 * 1024
    /// The trailer section of one body; it is read and dropped.
    package var maxTrailerBytes = 8 * 1024
    /// Interim (1xx) responses before a final one.
    package var maxInterimResponses = 16

    // HTTP/2
    /// Concurrent requests on one connection.
    package var maxConcurrentStreams = 100
    /// Bytes of one request body that a client may send before the handler reads them.
    package var streamWindow = 256 * 1024
    /// The same for all requests of one connection together.
    package var connectionWindow = 1024 * 1024
    /// CONTINUATION frames of one head (RFC 9113 §6.10).
    package var maxContinuationFrames = 8
    /// A burst of frames that cost work without a use for the client: resets, pings, settings, empty frames, window updates.
    package var glitches = 500
    /// How many of them are forgiven per second.
    package var glitchesPerSecond = 10
    /// Window updates that are free at the start.
    package var freeWindowUpdates = 64
    /// One more is free for this many bytes sent: no known client sends more updates, except for two at the end of a stream.
    package var bytesPerWindowUpdate = 1024
    /// How long to wait for the answer to a ping, which is sent after `keepaliveTimeout` without input while a request is in progress.
    package var pingTimeout: Duration = .seconds(15)

    // Responses to clients
    /// How long a client may take to read the next chunk of a response.
    package var writeTimeout: Duration = .seconds(60)
    /// The size of that chunk; half of it for all responses of an HTTP/2 connection together.
    package var writeChunkBytes = 256 * 1024
    /// How much of an unread request body is read and discarded to keep the connection.
    package var maxDiscardedBodyBytes = 256 * 1024
    /// How long to read from a connection that we close, so that the client does not lose the response (lingering close).
    package var lingerTimeout: Duration = .seconds(30)
    /// The same without input.
    package var lingerIdleTimeout: Duration = .seconds(2)

    // JSON
    package var maxJSONDepth = 64
    package var maxJSONNodes = 1 << 20
    /// A longer string, in bytes of the text, is removed from a vendor's response that is read into memory.
    package var elideStringsAbove = 16 * 1024

    // Forms and URLs
    /// Parts of a multipart form, items of an urlencoded one.
    package var maxFormFields = 512
    /// The headers of one part.
    package var maxPartHeaderBytes = 8 * 1024
    /// Brackets in the name of one field: `a[b][c]` has two.
    package var maxFormDepth = 8
    /// A URL from a client or a vendor.
    package var maxURLBytes = 8 * 1024

    // Parameters of a create
    /// Unknown parameters of one create. Warnings and a header name them: these two limits keep the header below 4 KB, and are therefore
    /// fixed.
    package static let maxUnknownParameters = 32
    package static let maxParameterNameBytes = 100

    // Calls to vendors
    package var dnsTimeout: Duration = .seconds(5)
    /// Concurrent DNS lookups of vendors and proxies: a dead name server blocks each for seconds.
    package var maxConcurrentLookups = 4
    /// Concurrent DNS lookups of media URLs from clients, in total and per key.
    package var maxConcurrentMediaLookups = 4
    package var maxMediaLookupsPerKey = 2
    /// Waiting lookups of either kind; further ones fail. One key may have a quarter of them.
    package var maxQueuedLookups = 256
    /// Cached names of either kind, and for how long.
    package var dnsCacheEntries = 1024
    package var dnsCacheTTL: Duration = .seconds(10)
    /// How long a vendor's last addresses are used when a lookup fails, and how long to wait for the lookup then (RFC 8767).
    package var dnsStaleTTL: Duration = .seconds(24 * 3600)
    package var dnsStaleTimeout: Duration = .seconds(1)
    package var connectTimeout: Duration = .seconds(10)
    /// How long to try one address before the next is tried concurrently (RFC 8305 §5).
    package var connectAttemptDelay: Duration = .milliseconds(250)
    /// From the last byte of a request to the head of the response.
    package var upstreamFirstByteTimeout: Duration = .seconds(120)
    /// Maximum pause between two pieces of a response.
    package var upstreamIdleTimeout: Duration = .seconds(60)
    /// From the head to the end of a response that is read into memory.
    package var upstreamResponseTimeout: Duration = .seconds(300)
    /// A JSON response of a vendor, read into memory.
    package var maxUpstreamResponseBytes = 4 * 1024 * 1024
    /// Idle upstream connections for one origin and loop.
    package var maxIdleUpstreamPerOrigin = 32
    /// Idle upstream connections of one loop; the least recently used is closed first.
    package var maxIdleUpstream = 256
    /// How long an idle upstream connection is kept.
    package var upstreamKeepaliveTimeout: Duration = .seconds(30)
    /// The maximum age of a pooled connection: a new one resolves the name again.
    package var maxUpstreamConnectionAge: Duration = .seconds(300)
    /// How long a connection may have been idle for a call that must not be sent twice: the vendor may be closing it.
    package var nonidempotentReuseAge: Duration = .seconds(1)
    /// How long to wait for the response of a vendor that no longer reads the request.
    package var earlyResponseWait: Duration = .seconds(1)
    /// An image, video or audio fetched from a URL of a client.
    package var maxFetchedBytes = 64 * 1024 * 1024
    package var maxRedirects = 3
    /// A video whose length the vendor does not send, read once to count it.
    package var maxMeasuredBytes = 256 * 1024 * 1024
    /// How long reading a video's length, or the size and duration in its head, may take.
    package var measureTimeout: Duration = .seconds(10)
    /// Videos whose length is cached.
    package var videoLengthCacheEntries = 4096
    /// A decompressed response.
    package var maxInflatedBytes = 1 << 30
    /// The maximum ratio of decompressed to compressed bytes.
    package var maxInflateRatio = 200

    // Jobs
    /// A job that has not ended by then is reported as failed.
    package var jobTimeout: Duration = .seconds(48 * 3600)
    /// Jobs whose last status is cached.
    package var jobCacheEntries = 20_000
    /// Status responses that a loop caches, and for how long; the links in them are as old.
    package var statusCacheEntries = 1000
    package var statusCacheTTL: Duration = .seconds(10)
    /// How long a signed link to a video is valid.
    package var linkTTL: Duration = .seconds(24 * 3600)
    /// How long a vendor that responds to a start call with the finished video may take.
    package var synchronousStartTimeout: Duration = .seconds(900)

    /// How long a status request may wait for a change.
    package var maxWait: Duration = .seconds(60)

    /// Jobs that the server follows at the same time; the polls of one account at a time; the longest interval between two polls of a job.
    package var maxWatchedJobs = 100_000
    package var maxWatchCallsPerAccount = 8
    package var maxWatchInterval: Duration = .seconds(30)

    /// How long the lookup of a job may take whose start call got no response.
    package var lookupTimeout: Duration = .seconds(10)
    /// How many such jobs are looked up at once, and how old they may be.
    package var reconcileBatch = 1000
    package var reconcileWindow: Duration = .seconds(24 * 3600)
    // Uploads
    /// A file that a client uploads before a job names it.
    package var maxUploadBytes = 100 * 1024 * 1024
    /// All uploads together.
    package var maxStoredUploadBytes = 2 << 30
    package var maxStoredUploads = 10_000
    /// The parts of a multipart upload, and the list that names them.
    package var maxUploadParts = 100
    package var maxUploadPartListBytes = 64 * 1024
    /// How long an upload URL is valid.
    package var uploadURLTTL: Duration = .seconds(3600)
    /// How long an upload is kept.
    package var uploadTTL: Duration = .seconds(24 * 3600)

    // Results
    /// Results that are copied at the same time.
    package var maxResultCopies = 4
    /// How often expired results and due copies are looked for. A job that ends begins its copy at once.
    package var resultPassInterval: Duration = .seconds(5)
    /// How long one copy may take.
    package var resultCopyTimeout: Duration = .seconds(1800)
    /// The pause after a failed copy, which doubles with each one, and its maximum.
    package var resultRetryDelay: Duration = .seconds(5)
    package var maxResultRetryDelay: Duration = .seconds(3600)
    /// How long after the end of its job a result is tried to copy.
    package var resultCopyWindow: Duration = .seconds(48 * 3600)
    /// How long the presigned URL of a redirect is valid.
    package var resultLinkTTL: Duration = .seconds(3600)
    /// Time, address space and output of one run of `ffmpeg`, which makes an image of a video.
    package var thumbnailTimeout: Duration = .seconds(30)
    package var maxThumbnailMemory = 1 << 30
    package var maxThumbnailBytes = 8 << 20
    /// A video of a bucket that is copied to the disk for that.
    package var maxThumbnailSourceBytes = 1 << 30

    // Journal
    /// Days for which ended jobs are kept, for lists and idempotency keys.
    package var journalRetentionDays = 90
    /// Jobs in the journal; the oldest are removed first.
    package var maxJournalJobs = 1_000_000
    /// The journal's file. At this size, creates are refused.
    package var maxJournalBytes = 8 << 30
    /// Queued writes; further creates are refused.
    package var maxJournalQueue = 10_000
    /// A prompt in the journal; longer ones are truncated.
    package var maxJournalPromptBytes = 32 * 1024

    // Webhooks
    /// Events that wait for delivery to webhooks, in all and of one key. A further one is recorded as dead.
    package var maxPendingDeliveries = 100_000
    package var maxPendingDeliveriesPerKey = 10_000
    /// Days for which delivered and dead events are kept, to be listed and sent again.
    package var deliveryRetentionDays = 30
    /// Events in the journal; the oldest that are not pending are removed first.
    package var maxDeliveries = 1_000_000
    /// How long one attempt to deliver an event may take.
    package var webhookTimeout: Duration = .seconds(15)
    /// Attempts until an event is dead; ten take three days.
    package var maxWebhookAttempts = 10
    /// Attempts at the same time, in all and to one endpoint. After a failure an endpoint gets one at a time until it works again.
    package var maxWebhookCalls = 256
    package var maxWebhookCallsPerEndpoint = 8
    /// The body of a receiver's response, which is read only to keep the connection.
    package var maxWebhookResponseBytes = 16 * 1024
    /// The longest pause that a receiver may request.
    package var maxWebhookRetryAfter: Duration = .seconds(24 * 3600)
    /// Endpoints that one key can register at run time.
    package var maxWebhookEndpointsPerKey = 50

    // Waiting for accounts
    /// Creates that wait for accounts with a concurrency or rate limit.
    package var maxQueuedCreates = 1000
    /// How long one of them may wait before it is refused.
    package var queueTimeout: Duration = .seconds(30)
    /// How long a failed job may wait for the next try of its alias.
    package var failoverWindow: Duration = .seconds(600)
    /// The stored request of a job that may fail over to another model; longer ones are not stored.
    package var maxJournalRequestBytes = 16 << 20

    // Repeated creates
    /// An automatic retry of an SDK is answered with the same create if that is not older.
    package var retryDedupWindow: Duration = .seconds(600)
    /// How long an idempotency key is valid without a journal.
    package var idempotencyKeyTTL: Duration = .seconds(24 * 3600)
    /// An idempotency key.
    package var maxIdempotencyKeyBytes = 255
    /// Cached creates and prompts.
    package var idempotencyCacheEntries = 20_000
    /// All cached prompts together.
    package var maxCachedPromptBytes = 32 << 20

    // Job ids: promised to clients, so the configuration cannot change them
    /// A sealed id with its prefix: database columns of 255 characters are common.
    package static let maxIDCharacters = 255
    /// The longest text that is read as an id. Without a journal, and inside it, the length depends on the vendor's id.
    package static let maxSealedCharacters = 1 << 20
    /// A model name of a client. A repository's name on Hugging Face has up to 193 characters, an account before it 25.
    package static let maxModelNameBytes = 256
    /// An account's name, which is part of each id.
    package static let maxAccountNameCharacters = 24
    /// Keys of one key ring.
    package static let maxSealKeys = 16
}
