using System.Net;
using System.Runtime.CompilerServices;

namespace KmsApp.Tests;

/// <summary>The rows themselves, and where they stand.</summary>
[TestClass]
public sealed class JournalRingTests
{
    [TestMethod]
    public void Row_Itself_TakesNoMoreThanTheReadmeSays() => Assert.IsLessThanOrEqualTo(200, Unsafe.SizeOf<JournalRow>());

    [TestMethod]
    public void Find_RowOverwrittenBeforeItIsRead_IsNotTakenForAnother()
    {
        JournalRing ring = new(2);
        for (long sequence = 1; sequence <= 2; sequence++) ring.Add(Row(sequence));
        JournalRing.RowPlace[] places = [.. ring.Find(new JournalFilter())];

        ring.Add(Row(3));

        Assert.HasCount(2, places);
        Assert.IsNull(places[0].Read());
        Assert.AreEqual(2, places[1].Read()?.Sequence);

        static JournalRow Row(long sequence) => new(sequence, default, AddressValue.Of(IPAddress.Loopback), default, Happenings.Answered(), null, 0);
    }
}
