using System.Globalization;
using Kms.Server;

namespace Kms.Benchmarks;

/// <summary>Hosts that ask for the same cold name at once cost one search, one attestation and one answer.</summary>
internal static class ColdInquiries
{
    private const int AtOnce = 64;

    public static async Task PrintCostOfManyAtOnceAsync()
    {
        using LoneKeyServer server = new(AuthenticationMode.Signature);
        RequestPacket[] inquiries = [.. Enumerable.Range(0, AtOnce).Select(_ => server.Inquire(mac: false))];
        Response[] responses = await Task.WhenAll(inquiries.Select(inquiry => Task.Run(() => server.AskAsync(inquiry))));
        int answers = responses.Select(response => response.Messages[0].Digest).Distinct().Count();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{AtOnce} cold inquiries for one name, at once: {server.Attested} attestation and {answers} answer signed."));
    }
}
