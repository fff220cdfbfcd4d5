using System.Net;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>An inquiry as it came to the scripted KMS.</summary>
/// <param name="Elapsed">When, from the start of the test.</param>
/// <param name="Server">The address it was sent to.</param>
/// <param name="Transport">How.</param>
/// <param name="Packet">The DNS packet.</param>
/// <param name="Text">The inquiry with its text.</param>
internal sealed record ReceivedInquiry(TimeSpan Elapsed, IPEndPoint Server, DnsTransport Transport, DnsMessage Packet, MessageText Text)
{
    internal Inquiry Inquiry => (Inquiry)Text.Message;
}
