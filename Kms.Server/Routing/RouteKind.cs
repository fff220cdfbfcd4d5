namespace Kms.Server;

/// <summary>The kinds of ways that a message can go.</summary>
internal enum RouteKind
{
    /// <summary>None: <c>no-route</c>.</summary>
    None,

    /// <summary>It ends at this KMS.</summary>
    Here,

    /// <summary>To a neighbour.</summary>
    Neighbour,
}
