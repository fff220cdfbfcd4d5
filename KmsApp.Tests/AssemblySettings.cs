// More than there are processors: many wait, for processes and for what is to come to nothing.
[assembly: Parallelize(Workers = 4, Scope = ExecutionScope.ClassLevel)]

namespace KmsApp.Tests;

/// <summary>What holds for all tests.</summary>
[TestClass]
public static class AssemblySettings
{
    private const int Threads = 32;

    /// <summary>
    /// Each worker sits on a thread of the pool, and so does each test that blocks. The pool begins with a thread for each
    /// processor and adds others slowly: on a machine with two, servers of this process would get none for seconds.
    /// </summary>
    [AssemblyInitialize]
    public static void Initialize(TestContext _) => Assert.IsTrue(ThreadPool.SetMinThreads(Threads, Threads));
}
