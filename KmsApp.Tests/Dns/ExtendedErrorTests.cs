using System.Text;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>The text of an extended DNS error is anybody's, and is shown to people.</summary>
[TestClass]
public sealed class ExtendedErrorTests
{
    [TestMethod]
    [DataRow("no answer in time", "no answer in time")]
    [DataRow("клоц \U0001F511 'é' \"x\"", "клоц \U0001F511 'é' \"x\"")]
    [DataRow("late\0\0", "late")]
    [DataRow("", "")]
    [DataRow("\u001b[2J\u001b[H$ ", "\uFFFD[2J\uFFFD[H$ ")]
    [DataRow("one\r\nkms: two\u2028three\u0085four", "one\uFFFD\uFFFDkms: two\uFFFDthree\uFFFDfour")]
    [DataRow("\u009b31m\u0007\u007f", "\uFFFD31m\uFFFD\uFFFD")]
    [DataRow("good \u202edab\u200b", "good \uFFFDdab\uFFFD")]
    public void Text_AsSomebodySendsIt_IsReadAsPrintable(string sent, string read) =>
        Assert.AreEqual(read, Read(Encoding.UTF8.GetBytes(sent)));

    [TestMethod]
    public void Text_NoUtf8OrTooLong_IsReadAsFarAsItGoes()
    {
        Assert.AreEqual("a\uFFFDb", Read([(byte)'a', 0xFF, (byte)'b']));
        Assert.AreEqual(new string('x', ExtendedError.MaximumTextLength), Read(Encoding.UTF8.GetBytes(new string('x', 60_000))));
    }

    private static string? Read(byte[] text) => new Edns { Options = [new EdnsOption(ExtendedError.OptionCode, (byte[])[0, 22, .. text])] }.ExtendedError?.Text;
}
