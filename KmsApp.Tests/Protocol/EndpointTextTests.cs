using System.Net;
using System.Text;
using Kms.Protocol;

namespace KmsApp.Tests.Protocol;

/// <summary>Addresses in their one spelling; docs/PROTOCOL.md section 3.</summary>
[TestClass]
public sealed class EndpointTextTests
{
    [TestMethod]
    public void Format_RandomEndpoints_IsReadAsTheSame()
    {
        MessageGenerator generator = new(new Random(4));
        int compared = 0;
        for (int i = 0; i < 20_000; i++)
        {
            IPEndPoint endpoint = generator.Endpoint();
            string text = Format(endpoint);
            Assert.IsTrue(EndpointText.TryParse(Encoding.ASCII.GetBytes(text), out IPEndPoint? again), text);
            Assert.AreEqual(endpoint, again);

            // The platform writes the same, but for the addresses that it writes with dots.
            if (endpoint.Address.GetAddressBytes().Length == 16 && endpoint.Address.ToString().Contains('.', StringComparison.Ordinal)) continue;
            Assert.AreEqual(endpoint.ToString(), text);
            compared++;
        }
        Assert.IsGreaterThan(10_000, compared);
    }

    [TestMethod]
    [DataRow("::ffff:192.0.2.1", "[::ffff:c000:201]:53")]
    [DataRow("::192.0.2.1", "[::c000:201]:53")]
    [DataRow("64:ff9b::192.0.2.1", "[64:ff9b::c000:201]:53")]
    [DataRow("::", "[::]:53")]
    [DataRow("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:53")]
    [DataRow("fe80::1%3", "[fe80::1]:53")]
    [DataRow("192.0.2.1", "192.0.2.1:53")]
    public void Format_Address_HasOneSpelling(string address, string expected) =>
        Assert.AreEqual(expected, Format(new IPEndPoint(IPAddress.Parse(address), 53)));

    [TestMethod]
    public void TryParse_AnyBytes_ReadsOnlyTheOneSpelling()
    {
        Random random = new(5);
        byte[] alphabet = Encoding.ASCII.GetBytes("0123456789abf:.[]%x ");
        string[] good = ["192.0.2.1:53", "[2001:db8::1]:53", "[::]:1", "[1:2:3:4:5:6:7:8]:65535"];
        int read = 0;
        for (int i = 0; i < 100_000; i++)
        {
            List<byte> text = [.. Encoding.ASCII.GetBytes(good[random.Next(good.Length)])];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                int place = random.Next(text.Count);
                if (random.Next(3) == 0) text.RemoveAt(place);
                else if (random.Next(2) == 0) text.Insert(place, alphabet[random.Next(alphabet.Length)]);
                else text[place] = alphabet[random.Next(alphabet.Length)];
            }
            if (!EndpointText.TryParse([.. text], out IPEndPoint? endpoint)) continue;
            Assert.AreEqual(Encoding.ASCII.GetString([.. text]), Format(endpoint));
            read++;
        }
        Assert.IsGreaterThan(1_000, read);
    }

    private static string Format(IPEndPoint endpoint)
    {
        byte[] text = new byte[EndpointText.MaximumLength];
        return Encoding.ASCII.GetString(text, 0, EndpointText.Format(endpoint, text));
    }
}
