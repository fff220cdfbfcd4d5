namespace Kms.Benchmarks;

/// <summary>What became of a packet.</summary>
internal enum Outcome
{
    /// <summary>The response that its kind asks for.</summary>
    Answered,

    /// <summary>An <c>unsolved</c> where a key was to come.</summary>
    Unsolved,

    /// <summary>TC: a limit is reached, or the response is too long.</summary>
    Truncated,

    /// <summary>SERVFAIL.</summary>
    ServerFailure,

    /// <summary>NOERROR without a record.</summary>
    Empty,

    /// <summary>Another response code.</summary>
    OtherCode,

    /// <summary>Nothing came in time; what is to be abandoned always ends here.</summary>
    Silence,
}
