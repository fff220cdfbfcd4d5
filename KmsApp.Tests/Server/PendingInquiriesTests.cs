using System.Security.Cryptography;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>The inquiries under way: at their bound, at their deadline, and under threads.</summary>
[TestClass]
public sealed class PendingInquiriesTests
{
    private readonly VirtualTime _time = new();

    [TestMethod]
    public async Task JoinOrOpen_AtTheBound_RefusesTheNew_AndTheOthersEndByTheirDeadline()
    {
        using PendingInquiries pendings = new(_time, RandomNumberGenerator.Fill);
        PendingInquiry first = pendings.JoinOrOpen(Question(1), Name("kms"), null, TimeSpan.FromSeconds(4), 2, out bool isNew)!;
        Assert.IsTrue(isNew);
        Assert.AreSame(first, pendings.JoinOrOpen(Question(1), Name("kms"), null, TimeSpan.FromSeconds(4), 2, out isNew));
        Assert.IsFalse(isNew);
        _time.Advance(TimeSpan.FromSeconds(1));
        PendingInquiry second = pendings.JoinOrOpen(Question(2), Name("kms"), null, TimeSpan.FromSeconds(4), 2, out _)!;
        Assert.IsNull(pendings.JoinOrOpen(Question(3), Name("kms"), null, TimeSpan.FromSeconds(4), 2, out _));
        Assert.AreSame(second, pendings.Find(second.Id));

        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.IsInstanceOfType<Outcome.TimedOut>(await first.Outcome);
        Assert.IsNull(pendings.Find(first.Id));
        Assert.IsNull(pendings.Find(Question(1)));
        Assert.IsTrue(pendings.End(second, new Outcome.Busy()));
        Assert.IsFalse(pendings.End(second, new Outcome.TimedOut()), "the first end counts");
        Assert.IsInstanceOfType<Outcome.Busy>(await second.Outcome);
        Assert.AreEqual(0, pendings.Count);
        Assert.AreEqual(0, _time.ArmedTimers);
    }

    [TestMethod]
    public async Task Dispose_SomeUnderWay_EndsAllAndThoseThatComeLater()
    {
        PendingInquiries pendings = new(_time, RandomNumberGenerator.Fill);
        PendingInquiry[] open = [.. Enumerable.Range(0, 10).Select(i => pendings.JoinOrOpen(Question(i), Name("kms"), null, TimeSpan.FromSeconds(4), 100, out _)!)];
        pendings.Dispose();

        foreach (PendingInquiry pending in open) Assert.IsInstanceOfType<Outcome.TimedOut>(await pending.Outcome);
        Assert.AreEqual(0, _time.ArmedTimers);
        PendingInquiry later = pendings.JoinOrOpen(Question(1), Name("kms"), null, TimeSpan.FromSeconds(4), 100, out bool isNew)!;
        Assert.IsFalse(isNew, "Nobody sends it.");
        Assert.IsInstanceOfType<Outcome.TimedOut>(await later.Outcome);
        Assert.AreEqual(0, pendings.Count + _time.ArmedTimers);
    }

    [TestMethod]
    public void JoinOrOpen_UnderThreads_OpensEachQuestionOnce_AndEndsEachOnce()
    {
        using PendingInquiries pendings = new(_time, RandomNumberGenerator.Fill);
        int opened = 0, ended = 0;
        Parallel.For(0, 8, thread =>
        {
            Random random = new(thread);
            for (int i = 0; i < 5_000; i++)
            {
                PendingInquiry? pending = pendings.JoinOrOpen(Question(random.Next(20)), Name("kms"), null, TimeSpan.FromSeconds(4), 10, out bool isNew);
                if (isNew) Interlocked.Increment(ref opened);
                if (pendings.Count > 10) throw new InvalidOperationException("over the bound");
                if (pending is not null && random.Next(2) == 0 && pendings.End(pending, new Outcome.Busy())) Interlocked.Increment(ref ended);
            }
        });
        Assert.AreEqual(pendings.Count, opened - ended);
        Assert.IsGreaterThan(100, ended);
        Assert.AreEqual(pendings.Count, _time.ArmedTimers);
    }

    private static DomainName Name(string text) => DomainName.Parse(text);

    private static KeyQuestion Question(int number) => new(Name($"h{number}.xx"), default, Name("kms.xx"));
}
