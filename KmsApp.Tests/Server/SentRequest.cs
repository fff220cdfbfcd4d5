using System.Net;
using Kms.Protocol;

namespace KmsApp.Tests.Server;

/// <summary>A request that one key server sent to another.</summary>
/// <param name="Text">The request.</param>
/// <param name="Attestation">What stands beside an attested delivery.</param>
/// <param name="From">Where it came from.</param>
/// <param name="To">Where it went.</param>
internal sealed record SentRequest(MessageText Text, MessageText? Attestation, IPEndPoint From, IPEndPoint To)
{
    public Request Request => (Request)Text.Message;

    /// <summary>Whether the receiver acknowledged it.</summary>
    public bool Acknowledged { get; set; }

    public override string ToString() => $"{Request.Type} {Request.From} > {Request.To}";
}
