using Kms.Protocol;

namespace Kms.Server;

/// <summary>A request as it stands in a packet: one message, and an attestation exactly where a delivery has <c>of</c>.</summary>
/// <param name="Text">The request.</param>
/// <param name="Attestation">What stands beside an attested delivery, else null.</param>
internal sealed record Carried(MessageText Text, MessageText? Attestation)
{
    /// <summary>What the request says.</summary>
    public Request Request => (Request)Text.Message;

    /// <summary>Reads what a packet carries; null where its form is wrong (docs/PROTOCOL.md section 2).</summary>
    public static Carried? Read(in RequestPacket packet)
    {
        if (packet.Records.Count is 0 or > 2) return null;
        MessageText? request = null, attestation = null;
        foreach (CarriedRecord record in packet.Records)
        {
            if (!MessageText.TryParse(record.Text, out MessageText? text, out _)) return null;
            switch (text.Message)
            {
                case Request message when request is null && message.Name.Matches(record.Owner):
                    request = text;
                    break;
                case Attestation message when attestation is null && message.Name.Matches(record.Owner):
                    attestation = text;
                    break;
                default:
                    return null;
            }
        }
        if (request?.Message is not Request carried || !carried.Name.Matches(packet.QuestionName)) return null;
        return carried is Delivery { Of: not null } == attestation is not null ? new Carried(request, attestation) : null;
    }
}
