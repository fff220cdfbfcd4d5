using System.Collections.Concurrent;

namespace KmsApp.Tests;

/// <summary>The bounded queue of signature checks.</summary>
[TestClass]
public sealed class WorkQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<Exception> _faults = [];

    [TestMethod]
    public async Task TryEnqueue_Work_IsDoneOnceEach()
    {
        using WorkQueue queue = new(_faults.Enqueue);
        int[] done = new int[1000];
        using CountdownEvent left = new(done.Length);

        foreach (int i in Enumerable.Range(0, done.Length))
        {
            Assert.IsTrue(queue.TryEnqueue(() =>
            {
                Interlocked.Increment(ref done[i]);
                left.Signal();
            }, isOfHost: true));
        }

        Assert.IsTrue(await Task.Run(() => left.Wait(Patience)));
        Assert.IsTrue(done.All(count => count == 1));
        Assert.IsEmpty(_faults);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void TryEnqueue_Full_IsRefused_AndHostsAndOthersFillAHalfEach(bool isOfHostFirst)
    {
        using WorkQueue queue = new(_faults.Enqueue);
        using ManualResetEventSlim go = new();
        using CountdownEvent busy = new(Environment.ProcessorCount);
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            Assert.IsTrue(queue.TryEnqueue(() =>
            {
                busy.Signal();
                go.Wait(Patience);
            }, isOfHost: true));
        }
        Assert.IsTrue(busy.Wait(Patience));
        foreach (bool isOfHost in (bool[])[isOfHostFirst, !isOfHostFirst])
        {
            for (int i = 0; i < WorkQueue.Half; i++) Assert.IsTrue(queue.TryEnqueue(() => { }, isOfHost));
            Assert.IsFalse(queue.TryEnqueue(() => { }, isOfHost));
        }

        go.Set();
    }

    [TestMethod]
    public void TryEnqueue_WorkThrows_IsHeardAndOthersGoOn()
    {
        using WorkQueue queue = new(_faults.Enqueue);
        int workers = Environment.ProcessorCount;
        using CountdownEvent done = new(1);
        for (int i = 0; i < workers * 2; i++) queue.TryEnqueue(() => throw new InvalidOperationException("a bug"), isOfHost: true);
        queue.TryEnqueue(() => done.Signal(), isOfHost: true);

        Assert.IsTrue(done.Wait(Patience), "Every worker has died.");
        SpinWait.SpinUntil(() => _faults.Count == workers * 2, Patience);
        Assert.HasCount(workers * 2, _faults);
    }

    [TestMethod]
    public void Dispose_WorkWaits_IsDoneNevertheless_AndNoMoreIsTaken()
    {
        WorkQueue queue = new(_faults.Enqueue);
        using ManualResetEventSlim go = new();
        using CountdownEvent busy = new(Environment.ProcessorCount);
        int done = 0;
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            queue.TryEnqueue(() =>
            {
                busy.Signal();
                go.Wait(Patience);
            }, isOfHost: true);
        }
        Assert.IsTrue(busy.Wait(Patience));
        for (int i = 0; i < 100; i++) queue.TryEnqueue(() => Interlocked.Increment(ref done), isOfHost: true);

        queue.Dispose(); // waits for the busy ones as long as it may

        go.Set();
        SpinWait.SpinUntil(() => Volatile.Read(ref done) == 100, Patience);
        Assert.AreEqual(100, done);
        Assert.IsFalse(queue.TryEnqueue(() => { }, isOfHost: false));
    }

    [TestMethod]
    public async Task Dispose_ByWorkItself_DoesNotWaitForItself()
    {
        WorkQueue queue = new(_faults.Enqueue);
        TaskCompletionSource done = new();

        queue.TryEnqueue(() =>
        {
            queue.Dispose();
            done.SetResult();
        }, isOfHost: false);

        await done.Task.WaitAsync(Patience);
        Assert.IsEmpty(_faults);
    }
}
