using Kms.Protocol;

namespace Kms.Lab;

/// <summary>One message of an inquiry on its way, by its number in the seed's Fig. 8.</summary>
/// <param name="Number">81 to 87. In a hierarchy other than Fig. 7 a number may come several times, or not at all.</param>
/// <param name="From">Who sent it.</param>
/// <param name="To">Who received it.</param>
/// <param name="Type">Its type, as the tag <c>t</c> spells it.</param>
/// <param name="AuthenticatedBy">Whose signature or MAC was found to be right.</param>
internal sealed record Arrow(string Number, string From, string To, string Type, string AuthenticatedBy)
{
    /// <summary>The size of the DNS packet.</summary>
    public int Bytes { get; init; }

    /// <summary>When it arrived (87: left), after 81 had arrived.</summary>
    public long Microseconds { get; init; }

    /// <summary>The texts of its messages.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>How a message was authenticated, as <see cref="AuthenticatedBy"/> says it.</summary>
    public static string Sealed(DomainName by, SealKind kind) => $"{by}, {(kind == SealKind.Mac ? "MAC" : "signature")}";

    /// <summary>What of it is expected: everything but size, time and content.</summary>
    public override string ToString() => $"{Number} {From} -> {To}: {Type}, {AuthenticatedBy}";
}
