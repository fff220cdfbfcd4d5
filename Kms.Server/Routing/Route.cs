namespace Kms.Server;

/// <summary>Where a message goes next (docs/PROTOCOL.md section 6).</summary>
/// <param name="Kind">The kind of way.</param>
/// <param name="Next">The neighbour, where it goes to one.</param>
internal readonly record struct Route(RouteKind Kind, Neighbour? Next = null)
{
    /// <summary>There is no way.</summary>
    public static Route None => default;

    /// <summary>It ends at this KMS.</summary>
    public static Route Here => new(RouteKind.Here);

    /// <summary>It goes to a neighbour.</summary>
    public static Route To(Neighbour next) => new(RouteKind.Neighbour, next);
}
