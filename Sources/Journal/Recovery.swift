import Jobs

/// What becomes of intents whose outcome no run of the program has lived to write down: each may have been accepted, so each is told.
enum Recovery {
    /// An intent is written only just before its call is sent. Its time window is from `created` to `ended`, the restart.
    static let statement = """
        UPDATE jobs SET state = 'ambiguous', kind = '\(Fault.Kind.createAmbiguous.rawValue)', code = 'create_ambiguous',
            message = 'The router was stopped while the job was being started; its vendor may have accepted it. Nothing was sent again.',
            trace = 'the router stopped while the call was under way', ended = ?
        WHERE state = 'intended'
        """
}
