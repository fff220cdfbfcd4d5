using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

namespace KmsApp.Tests.Simulation;

/// <summary>
/// The simulation and the code that it tests once more, with a planted fault. The files stay as they are: the bytes of a method's
/// body are replaced before the assembly is loaded.
/// </summary>
internal sealed class MutantContext : AssemblyLoadContext
{
    private static readonly Assembly[] Copied =
        [typeof(Kms.Protocol.Spec).Assembly, typeof(Kms.Server.KeyServer).Assembly, typeof(Kms.Client.KmsClient).Assembly, typeof(MutantContext).Assembly];

    private readonly Dictionary<string, byte[]> _images = Copied.ToDictionary(assembly => assembly.GetName().Name!, assembly => File.ReadAllBytes(assembly.Location));

    public MutantContext(Mutant mutant)
        : base(mutant.Name, isCollectible: true)
    {
        for (Mutant? part = mutant; part is not null; part = part.And) Plant(part);
    }

    /// <summary>Runs seeds until one sees the fault.</summary>
    /// <returns>What it saw, or null.</returns>
    public string? FirstViolation(ulong first, int count)
    {
        Type hunt = LoadFromAssemblyName(typeof(Hunt).Assembly.GetName()).GetType(typeof(Hunt).FullName!)!;
        return (string?)hunt.GetMethod(nameof(Hunt.FirstViolation))!.Invoke(null, [first, count]);
    }

    protected override Assembly? Load(AssemblyName assemblyName) =>
        _images.TryGetValue(assemblyName.Name!, out byte[]? image) ? LoadFromStream(new MemoryStream(image)) : null;

    private void Plant(Mutant mutant)
    {
        string owner = mutant.Type[..mutant.Type.LastIndexOf('.')];
        Assembly assembly = Copied.Single(a => a.GetName().Name == owner);
        MethodInfo method = mutant.Find(assembly);
        byte[] body = mutant.Body(method), image = _images[owner];
        using PEReader reader = new(new MemoryStream(image));
        int address = reader.GetMetadataReader().GetMethodDefinition((MethodDefinitionHandle)MetadataTokens.EntityHandle(method.MetadataToken)).RelativeVirtualAddress;
        SectionHeader section = reader.PEHeaders.SectionHeaders[reader.PEHeaders.GetContainingSectionIndex(address)];
        int at = address - section.VirtualAddress + section.PointerToRawData;
        int length = method.GetMethodBody()!.GetILAsByteArray()!.Length;
        if (length < body.Length) throw new InvalidOperationException($"{method} is too short for the mutant '{mutant.Name}'.");
        bool isTiny = (image[at] & 3) == 2;
        if (length > body.Length)
        {
            // The tiny header: the size in the upper six bits (ECMA-335, II.25.4.2). It is shorter than the other kind, so there is room.
            image[at] = (byte)((body.Length << 2) | 2);
            isTiny = true;
        }
        body.CopyTo(image, at + (isTiny ? 1 : 12));
    }
}
