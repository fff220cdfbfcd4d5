using System.Reflection;
using System.Runtime.Loader;
using dnlib.DotNet;
using SharpFuzz;

namespace KmsApp.Tests.Fuzzing;

/// <summary>
/// A second copy of the project's assemblies and of these tests, in which every branch of the project counts itself. What counts,
/// <see cref="SharpFuzz.Common.Trace"/>, is loaded a second time too, so that no other test meets it.
/// </summary>
internal sealed class InstrumentedAssemblies : AssemblyLoadContext
{
    private static readonly string[] Instrumented = ["Kms.Protocol", "Kms.Server", "Kms.Client", "kms", "KmsApp"];
    private static readonly string[] Copied = ["KmsApp.Tests", "Kms.Lab", "SharpFuzz.Common"];

    private readonly Dictionary<string, byte[]> _images = [];

    public InstrumentedAssemblies()
        : base(nameof(InstrumentedAssemblies))
    {
        string folder = Directory.CreateTempSubdirectory("kms-fuzz-").FullName;
        try
        {
            foreach (string name in Instrumented) _images.Add(name, Instrument(name, folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        foreach (string name in Copied) _images.Add(name, File.ReadAllBytes(FileOf(name)));
    }

    /// <summary>Calls <see cref="FuzzRun.Start(string, long, int)"/> in the copy.</summary>
    public string Run(string target, long inputs, int seed)
    {
        Type run = LoadFromAssemblyName(typeof(FuzzRun).Assembly.GetName()).GetType(typeof(FuzzRun).FullName!, throwOnError: true)!;
        return run.GetMethod(nameof(FuzzRun.Start), [typeof(string), typeof(long), typeof(int)])!.CreateDelegate<Func<string, long, int, string>>()(target, inputs, seed);
    }

    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name is { } name && _images.TryGetValue(name, out byte[]? image) ? LoadFromStream(new MemoryStream(image)) : null;

    private static string FileOf(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");

    private static byte[] Instrument(string name, string folder)
    {
        string file = Path.Combine(folder, name + ".dll");
        using (ModuleDefMD module = ModuleDefMD.Load(FileOf(name)))
        {
            // The app loads what is embedded in it into its own context, and would get it without the counters.
            module.Resources.Clear();
            module.Write(file);
        }
        Fuzzer.Instrument(file, _ => true, Options.Value);
        return File.ReadAllBytes(file);
    }
}
