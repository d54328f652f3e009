/// Every bound of the program, in one table. Sizes are bytes; times are `Duration`. The configuration may change each of them.
package struct Limits: Sendable, Equatable {
    package init() {}

    // Requests to us
    /// Request line and header fields together.
    package var maxHeaderBytes = 32 * 1024
    /// Header fields of one message.
    package var maxHeaderFields = 100
    /// Time from the first byte of a head to its end.
    package var headerTimeout: Duration = .seconds(20)
    /// Longest pause between two pieces of a request body.
    package var bodyIdleTimeout: Duration = .seconds(30)
    /// A keep-alive connection with no request.
    package var keepaliveTimeout: Duration = .seconds(75)
    /// A request body as a whole: images travel inside JSON as data URIs.
    package var maxBodyBytes = 96 * 1024 * 1024
    /// How long the server goes on accepting after SIGTERM, with /readyz red, until load balancers have taken notice.
    package var shutdownDelay: Duration = .zero
    /// Grace after that for what is in flight.
    package var shutdownGrace: Duration = .seconds(30)

    /// With more connections than this on one loop, those that idle give up their task: it costs them less memory, and each of their
    /// requests a little more work.
    package var parkIdleAbove = 512

    // Who may be connected, and how much of their requests is held
    /// Connections on all loops together; what the process may open bounds them too.
    package var maxConnections = 16_384
    /// From one address, or one /64 of IPv6, unless it is on this machine.
    package var maxConnectionsPerAddress = 4096
    /// Connections that the kernel keeps until they are accepted, as far as it is allowed to.
    package var backlog = 1024
    /// Connections that are told at once that there is no place for them; more are closed without a word.
    package var maxRejectionReplies = 16
    /// Descriptors that clients leave to calls to vendors, the journal and the log; a quarter of all where there are few.
    package var spareDescriptors = 1024
    /// How long accepting rests when descriptors or memory have run out.
    package var acceptBackoff: Duration = .milliseconds(100)
    /// Bytes a second that a request body must make on average, once `body_idle_timeout` is over.
    package var minBodyRate = 1024
    /// The bodies of all requests in flight together; who brings more is asked to come back. A quarter of the memory where that is less.
    package var maxBufferedBodyBytes = 1 << 30
    /// When whoever was asked to come back should do so.
    package var overloadRetryAfter: Duration = .seconds(2)
    /// What a draining server waits for on a connection that has no request: the next may be on its way. An HTTP/2 client is asked instead,
    /// and waited for only if it does not answer.
    package var shutdownIdleWait: Duration = .seconds(1)
    /// What handlers have, after their connections were broken off at the end of the grace, to notice it.
    package var shutdownAbortWait: Duration = .milliseconds(200)
    /// A text answer below this is not packed with gzip.
    package var gzipMinBytes = 1024
    /// Nor above this: packing would keep its loop from other requests.
    package var gzipMaxBytes = 2 << 20

    /// Lines a second about requests and connections that were refused before a handler saw them; more are only counted.
    package var rejectionLogRate = 10
    /// The same for one address, or one /64 of IPv6, unless it is on this machine.
    package var rejectionLogRatePerAddress = 3
    /// Bytes of lines that wait for a log that is read slowly; more lines are dropped and counted.
    package var logBufferBytes = 1 << 20
    /// How long the end of the process waits for a log that is not read.
    package var logFlushTimeout: Duration = .seconds(1)
    /// How long a reload may take to read the configuration and the files that it names.
    package var configReadTimeout: Duration = .seconds(10)
    /// Label sets of one metric; those that come later are counted together.
    package var maxMetricSeries = 1000

    // TLS
    /// From a connection's first moment to the end of its TLS handshake.
    package var tlsHandshakeTimeout: Duration = .seconds(10)
    /// How long one key seals session tickets; it opens them for as long again.
    package var tlsTicketKeyTTL: Duration = .seconds(8 * 3600)
    /// How often the files of certificates are looked at for a change.
    package var certificateCheckInterval: Duration = .seconds(10)

    // Framing of HTTP/1.1 messages
    /// A request method's token; longer ones are of no protocol we speak.
    package var maxMethodBytes = 32
    /// The request target, query included.
    package var maxTargetBytes = 8 * 1024
    /// All chunk extensions of one body together; they are read and dropped.
    package var maxChunkExtensionBytes = 8 * 1024
    /// The trailer section of one body; it is read and dropped.
    package var maxTrailerBytes = 8 * 1024
    /// Interim (1xx) answers in front of one final answer.
    package var maxInterimResponses = 16

    // HTTP/2
    /// Requests in flight on one connection.
    package var maxConcurrentStreams = 100
    /// What a client may send of one request's body before its handler has asked for it.
    package var streamWindow = 256 * 1024
    /// The same for all requests of one connection together.
    package var connectionWindow = 1024 * 1024
    /// Frames of one head behind the first (RFC 9113 §6.10).
    package var maxContinuationFrames = 8
    /// What a client may do at once that costs us work and brings it nothing: resets, pings, settings, empty frames, window updates.
    package var glitches = 500
    /// How much of that is forgiven in a second.
    package var glitchesPerSecond = 10
    /// Window updates that are forgiven at the start.
    package var freeWindowUpdates = 64
    /// And one more for as many bytes sent: no known client sends one for less, but for the two at the end of a stream.
    package var bytesPerWindowUpdate = 1024
    /// The longest wait for an answer to a ping, which is sent when nothing has come for the idle time and a request is in flight.
    package var pingTimeout: Duration = .seconds(15)

    // Answers to clients
    /// Longest wait for a client to take the next portion of an answer.
    package var writeTimeout: Duration = .seconds(60)
    /// What that wait is for; half of it for all answers of an HTTP/2 connection together.
    package var writeChunkBytes = 256 * 1024
    /// What is read and thrown away of a request body that nobody wanted, so that its connection can go on.
    package var maxDiscardedBodyBytes = 256 * 1024
    /// A connection closed from our side is read on for so long, lest the client lose the answer that it has not read yet.
    package var lingerTimeout: Duration = .seconds(30)
    /// The same with nothing coming.
    package var lingerIdleTimeout: Duration = .seconds(2)

    // JSON
    package var maxJSONDepth = 64
    package var maxJSONNodes = 1 << 20
    /// A string longer than this, in bytes as it stands in the text, is left out of a vendor's answer that is read whole.
    package var elideStringsAbove = 16 * 1024

    // Forms and URLs
    /// Parts of a multipart form, items of an urlencoded one.
    package var maxFormFields = 512
    /// The headers of one part.
    package var maxPartHeaderBytes = 8 * 1024
    /// Brackets in the name of one field: `a[b][c]` has two.
    package var maxFormDepth = 8
    /// A URL that a client or a vendor names.
    package var maxURLBytes = 8 * 1024

    // Parameters of a create
    /// Parameters of one create that no table of names has. Each may be named in a warning, and all together in a header: these two keep it
    /// below 4 KB, and are fixed for that reason.
    package static let maxUnknownParameters = 32
    package static let maxParameterNameBytes = 100

    // Calls to vendors
    package var dnsTimeout: Duration = .seconds(5)
    /// Names of vendors and proxies looked up at a time: a dead name server holds each for seconds.
    package var maxConcurrentLookups = 4
    /// Names in the media URLs of clients looked up at a time, in all and for one key.
    package var maxConcurrentMediaLookups = 4
    package var maxMediaLookupsPerKey = 2
    /// Look-ups of either kind that wait for one of those; more fail. A key has a quarter of them.
    package var maxQueuedLookups = 256
    /// Names of either kind whose addresses are remembered, and for how long.
    package var dnsCacheEntries = 1024
    package var dnsCacheTTL: Duration = .seconds(10)
    /// How long a vendor's last addresses stand in where a look-up fails, and how long the look-up is waited for then (RFC 8767).
    package var dnsStaleTTL: Duration = .seconds(24 * 3600)
    package var dnsStaleTimeout: Duration = .seconds(1)
    package var connectTimeout: Duration = .seconds(10)
    /// How long one address of a vendor is tried before the next is tried beside it (RFC 8305 §5).
    package var connectAttemptDelay: Duration = .milliseconds(250)
    /// From the last byte of a request to the first of the answer's head.
    package var upstreamFirstByteTimeout: Duration = .seconds(120)
    /// Longest pause between two pieces of an answer.
    package var upstreamIdleTimeout: Duration = .seconds(60)
    /// From the head of an answer that is read whole to its end, however briskly it comes.
    package var upstreamResponseTimeout: Duration = .seconds(300)
    /// A JSON answer of a vendor, read whole.
    package var maxUpstreamResponseBytes = 4 * 1024 * 1024
    /// Idle upstream connections kept for one origin and loop.
    package var maxIdleUpstreamPerOrigin = 32
    /// Idle upstream connections kept for one loop; the one that was used longest ago goes first.
    package var maxIdleUpstream = 256
    /// How long an idle upstream connection is kept.
    package var upstreamKeepaliveTimeout: Duration = .seconds(30)
    /// How old a pooled connection to a vendor may become, however busy it is: a new one looks the name up again.
    package var maxUpstreamConnectionAge: Duration = .seconds(300)
    /// How long an idle upstream connection is kept for a call that must not be sent twice: the other side may be closing it just now.
    package var nonidempotentReuseAge: Duration = .seconds(1)
    /// How long a vendor that has refused to read on is listened to.
    package var earlyResponseWait: Duration = .seconds(1)
    /// An image, video or audio fetched from a URL that a client names.
    package var maxFetchedBytes = 64 * 1024 * 1024
    package var maxRedirects = 3
    /// A clip whose length its vendor does not name, read once to count it.
    package var maxMeasuredBytes = 256 * 1024 * 1024
    /// How long reading a clip's length, or the size and duration in its head, may take.
    package var measureTimeout: Duration = .seconds(10)
    /// Clips whose length is remembered.
    package var videoLengthCacheEntries = 4096
    /// A compressed answer, unpacked.
    package var maxInflatedBytes = 1 << 30
    /// Bytes that one byte of a compressed answer may turn into.
    package var maxInflateRatio = 200

    // Jobs
    /// A job that has not ended by then is told as failed.
    package var jobTimeout: Duration = .seconds(48 * 3600)
    /// Jobs whose last state is kept in memory.
    package var jobCacheEntries = 20_000
    /// Answers about jobs that a loop keeps, and how long one is given again at most; the links in it are so much older then.
    package var statusCacheEntries = 1000
    package var statusCacheTTL: Duration = .seconds(10)
    /// How long a signed link to a clip is good.
    package var linkTTL: Duration = .seconds(24 * 3600)
    /// How long a vendor that answers a start call with the finished clip may take.
    package var synchronousStartTimeout: Duration = .seconds(900)

    /// How long a status request may wait for news.
    package var maxWait: Duration = .seconds(60)

    /// How long a vendor may take to say whether it knows a job whose start was not answered.
    package var lookupTimeout: Duration = .seconds(10)
    /// Jobs of that kind that are looked for at once, and how old they may be.
    package var reconcileBatch = 1000
    package var reconcileWindow: Duration = .seconds(24 * 3600)
    // Uploads
    /// A file that a client brings before a job names it.
    package var maxUploadBytes = 100 * 1024 * 1024
    /// All of them together.
    package var maxStoredUploadBytes = 2 << 30
    package var maxStoredUploads = 10_000
    /// The parts that one may come in, and the list that names them.
    package var maxUploadParts = 100
    package var maxUploadPartListBytes = 64 * 1024
    /// How long the place for a file waits for it.
    package var uploadURLTTL: Duration = .seconds(3600)
    /// How long a file is kept.
    package var uploadTTL: Duration = .seconds(24 * 3600)

    // Journal
    /// Days for which ended jobs are kept for lists and keys.
    package var journalRetentionDays = 90
    /// Jobs kept; the oldest go first.
    package var maxJournalJobs = 1_000_000
    /// The journal's file. When it is full, creates are refused.
    package var maxJournalBytes = 8 << 30
    /// Changes that wait for the disk; creates beyond are refused.
    package var maxJournalQueue = 10_000
    /// A prompt as it is kept for lists; the rest is cut off there.
    package var maxJournalPromptBytes = 32 * 1024

    // Waiting for accounts
    /// Creates that wait together for room at accounts with bounds of their own.
    package var maxQueuedCreates = 1000
    /// How long one of them waits before it is refused.
    package var queueTimeout: Duration = .seconds(30)
    /// How long a job that failed waits for room at the next try of its alias.
    package var failoverWindow: Duration = .seconds(600)
    /// The request of a job that may be offered to another model; longer ones are not kept.
    package var maxJournalRequestBytes = 16 << 20

    // Repeated creates
    /// A retry that an SDK makes by itself is folded into a create of the same request that is not older.
    package var retryDedupWindow: Duration = .seconds(600)
    /// How long an idempotency key is remembered without a journal.
    package var idempotencyKeyTTL: Duration = .seconds(24 * 3600)
    /// The text of an idempotency key.
    package var maxIdempotencyKeyBytes = 255
    /// Creates that are remembered for that, and jobs whose prompts are.
    package var idempotencyCacheEntries = 20_000
    /// The prompts in memory together.
    package var maxCachedPromptBytes = 32 << 20

    // Job ids; promised to clients, so no configuration changes them
    /// A sealed id with its prefix: columns of 255 characters are common.
    package static let maxIDCharacters = 255
    /// What is taken for an id at all. Without a journal, and inside it, ids are as long as the vendor's own id makes them.
    package static let maxSealedCharacters = 1 << 20
    /// A model as a client names it. A repository's name on Hugging Face has up to 193 characters, an account before it 25.
    package static let maxModelNameBytes = 256
    /// An account's name stands in each id.
    package static let maxAccountNameCharacters = 24
    /// Keys of one ring.
    package static let maxSealKeys = 16
}
